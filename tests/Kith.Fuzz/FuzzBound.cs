namespace Kith.Fuzz;

/// <summary>What one input may cost a target at most.</summary>
/// <param name="AllocatedBytes">Bytes allocated while it is handled.</param>
/// <param name="Milliseconds">Processor time of the thread, in milliseconds.</param>
/// <param name="Reason">Why the target may take more than others; empty for the common bound.</param>
internal sealed record FuzzBound(long AllocatedBytes, double Milliseconds, string Reason)
{
    /// <summary>What holds for every target that does not say otherwise: 64 KiB and 1 ms.</summary>
    public static FuzzBound Common { get; } = new(64 * 1024, 1, "");
}
