namespace Kith.Fuzz.Engine;

/// <summary>What became of one target.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Inputs">Inputs tried.</param>
/// <param name="Accepted">Inputs accepted.</param>
/// <param name="Seconds">Processor time taken.</param>
/// <param name="AllocatedBytes">Bytes allocated while handling them.</param>
/// <param name="MostAllocatedBytes">The most that one input made it allocate.</param>
/// <param name="MostMilliseconds">The most processor time of one input, as judged.</param>
/// <param name="Classes">Different outcomes seen.</param>
/// <param name="IsComplete">Whether every sample was cut at every byte and had every bit flipped.</param>
/// <param name="Failure">What went wrong, or null.</param>
internal sealed record FuzzReport(
    string Target, long Inputs, long Accepted, double Seconds, long AllocatedBytes, long MostAllocatedBytes, double MostMilliseconds, int Classes, bool IsComplete, string? Failure);
