using System.Collections.Concurrent;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;

namespace Kith.Lab.FastPath;

/// <summary>Stands in for the core: keeps what it is told, up to a limit, and how much each fast path thread had allocated whenever it told of traffic.</summary>
internal sealed class RecordingCore : ICoreInbox
{
    private const int KeptMax = 1000;

    private int _tunPackets;
    private volatile bool _isCounting;

    public int TunPackets => Volatile.Read(ref _tunPackets);

    public ConcurrentQueue<(InternetEndpoint Source, byte[] Datagram)> Datagrams { get; } = new();

    public ConcurrentQueue<(PeerLink Link, InternetEndpoint Source, byte[] Plaintext)> Plaintexts { get; } = new();

    public ConcurrentQueue<(PeerLink Link, InternetEndpoint Endpoint, bool Received)> Traffic { get; } = new();

    /// <summary>Bytes allocated by each thread: at its first call after <see cref="BeginCounting"/>, and at its last.</summary>
    public ConcurrentDictionary<string, (long First, long Last)> Allocated { get; } = new();

    /// <summary>Notes allocations from now on, and keeps nothing more that would itself allocate.</summary>
    public void BeginCounting()
    {
        _isCounting = true;
        Allocated.Clear();
    }

    public void PostDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        if (Datagrams.Count < KeptMax)
        {
            Datagrams.Enqueue((source, datagram.ToArray()));
        }
    }

    public void PostPlaintext(PeerLink link, TransportSession session, in InternetEndpoint source, ReadOnlySpan<byte> plaintext)
    {
        if (Plaintexts.Count < KeptMax)
        {
            Plaintexts.Enqueue((link, source, plaintext.ToArray()));
        }
    }

    public void PostPackets(PeerLink link, TransportSession session, in InternetEndpoint source, byte[] buffer, int length)
    {
        foreach (byte[] packet in PostedPackets.Take(buffer, length))
        {
            PostPlaintext(link, session, source, packet);
        }
    }

    public void PostTunPacket(ReadOnlySpan<byte> packet) => Interlocked.Increment(ref _tunPackets);

    public void PostTraffic(PeerLink link, TransportSession session, in InternetEndpoint source, bool received)
    {
        if (!_isCounting && Traffic.Count < KeptMax)
        {
            Traffic.Enqueue((link, source, received));
        }

        long now = GC.GetAllocatedBytesForCurrentThread();
        string name = Thread.CurrentThread.Name ?? "";
        (long First, long Last) seen = Allocated.TryGetValue(name, out (long First, long Last) before) ? (before.First, now) : (0, now);
        Allocated[name] = seen.First == 0 ? (GC.GetAllocatedBytesForCurrentThread(), 0) : seen;
    }
}
