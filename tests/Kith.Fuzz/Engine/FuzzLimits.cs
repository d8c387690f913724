namespace Kith.Fuzz.Engine;

/// <summary>How much a run is to do.</summary>
/// <param name="Inputs">Inputs per target.</param>
/// <param name="Seconds">Processor seconds for all targets together, after which targets end early; infinite for none.</param>
/// <param name="FlipsAlways">Whether every sample is cut at every byte and has every bit flipped, however long it takes.</param>
internal sealed record FuzzLimits(long Inputs, double Seconds, bool FlipsAlways);
