namespace Kith.Tunnel.Threads;

/// <summary>What one fast path thread counts. Only that thread writes; any thread may read, each number whole.</summary>
internal sealed class ThreadCounters
{
    public static readonly int ReasonCount = Enum.GetValues<FastPathDrop>().Length;

    public readonly long[] Drops = new long[ReasonCount];
    public long Reads;
    public long Writes;
    public long Packets;
    public long Forwarded;
    public long ForwardedBytes;

    /// <summary>Takes over what another counted, whose thread has ended.</summary>
    public void Add(ThreadCounters other)
    {
        Reads += other.Reads;
        Writes += other.Writes;
        Packets += other.Packets;
        Forwarded += other.Forwarded;
        ForwardedBytes += other.ForwardedBytes;
        for (int i = 0; i < ReasonCount; i++)
        {
            Drops[i] += other.Drops[i];
        }
    }

    public void Drop(FastPathDrop reason, int packets = 1) => Drops[(int)reason] += packets;
}
