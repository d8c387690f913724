namespace Kith.Fuzz;

/// <summary>What became of one target.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Inputs">Inputs tried.</param>
/// <param name="Accepted">Inputs accepted.</param>
/// <param name="Seconds">Time taken.</param>
/// <param name="AllocatedBytes">Bytes allocated while handling them.</param>
/// <param name="Failure">What went wrong, or null.</param>
internal sealed record FuzzReport(string Target, long Inputs, long Accepted, double Seconds, long AllocatedBytes, string? Failure);
