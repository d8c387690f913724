namespace Kith.Tunnel.Threads;

/// <summary>What one fast path thread counts. Only that thread writes; any thread may read, each number whole.</summary>
internal sealed class ThreadCounters
{
    public static readonly int ReasonCount = Enum.GetValues<FastPathDrop>().Length;

    public readonly long[] Drops = new long[ReasonCount];
    public long Reads;
    public long Writes;
    public long Packets;

    public void Drop(FastPathDrop reason, int packets = 1) => Drops[(int)reason] += packets;
}
