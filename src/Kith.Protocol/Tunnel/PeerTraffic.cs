using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// What has passed between this node and one peer, written by whoever moves packets (fast path threads or the core) and read by
/// the core's timers. All members are safe to call from any thread; counts are exact, instants may be the later of two racing ones.
/// </summary>
public sealed class PeerTraffic
{
    private long _firstUnansweredDataSent;
    private long _firstUnacknowledgedDataReceived;
    private long _lastSent;
    private long _lastReceived;
    private long _bytesSent;
    private long _bytesReceived;
    private long _packetsSent;
    private long _packetsReceived;
    private long _notifyAt;

    /// <summary>How often at most the fast path tells the core that a peer had traffic.</summary>
    public static readonly TimeSpan NotifyInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>When data was first sent since anything was last received; null if nothing waits for an answer.</summary>
    public Instant? FirstUnansweredDataSent => Read(ref _firstUnansweredDataSent);

    /// <summary>When data was first received since anything was last sent; null if nothing waits for a keepalive.</summary>
    public Instant? FirstUnacknowledgedDataReceived => Read(ref _firstUnacknowledgedDataReceived);

    /// <summary>When anything authenticated was last sent, keepalives included.</summary>
    public Instant? LastSent => Read(ref _lastSent);

    /// <summary>When anything authenticated was last received, keepalives included.</summary>
    public Instant? LastReceived => Read(ref _lastReceived);

    /// <summary>Bytes of UDP payload sent.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Bytes of UDP payload received and authenticated.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Datagrams sent.</summary>
    public long PacketsSent => Interlocked.Read(ref _packetsSent);

    /// <summary>Datagrams received and authenticated.</summary>
    public long PacketsReceived => Interlocked.Read(ref _packetsReceived);

    /// <summary>Notes datagrams sent. <paramref name="isData"/> is false for keepalives alone.</summary>
    public void NoteSent(Instant now, int packets, long bytes, bool isData)
    {
        Interlocked.Add(ref _packetsSent, packets);
        Interlocked.Add(ref _bytesSent, bytes);
        Volatile.Write(ref _lastSent, Stamp(now));
        Volatile.Write(ref _firstUnacknowledgedDataReceived, 0);
        if (isData && Volatile.Read(ref _firstUnansweredDataSent) == 0)
        {
            Volatile.Write(ref _firstUnansweredDataSent, Stamp(now));
        }
    }

    /// <summary>Notes authenticated datagrams received. <paramref name="isData"/> is false for keepalives alone.</summary>
    public void NoteReceived(Instant now, int packets, long bytes, bool isData)
    {
        Interlocked.Add(ref _packetsReceived, packets);
        Interlocked.Add(ref _bytesReceived, bytes);
        Volatile.Write(ref _lastReceived, Stamp(now));
        Volatile.Write(ref _firstUnansweredDataSent, 0);
        if (isData && Volatile.Read(ref _firstUnacknowledgedDataReceived) == 0)
        {
            Volatile.Write(ref _firstUnacknowledgedDataReceived, Stamp(now));
        }
    }

    /// <summary>Whether the core should be told now; true at most once per <see cref="NotifyInterval"/>.</summary>
    public bool ShouldNotify(Instant now)
    {
        long due = Volatile.Read(ref _notifyAt);
        return now.Ticks >= due && Interlocked.CompareExchange(ref _notifyAt, (now + NotifyInterval).Ticks, due) == due;
    }

    // Zero stands for "never", so an instant of zero is moved by one tick.
    private static long Stamp(Instant now) => now.Ticks == 0 ? 1 : now.Ticks;

    private static Instant? Read(ref long field)
    {
        long ticks = Volatile.Read(ref field);
        return ticks == 0 ? null : new Instant(ticks);
    }
}
