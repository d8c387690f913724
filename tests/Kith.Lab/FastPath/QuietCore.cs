using System.Collections.Concurrent;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;

namespace Kith.Lab.FastPath;

/// <summary>
/// Stands in for the core: follows a peer that moves, counts what is posted, and notes how much each fast path thread had allocated
/// whenever it calls (traffic is told twice a second).
/// </summary>
internal sealed class QuietCore(PeerLink link) : ICoreInbox
{
    private int _tunPackets;

    /// <summary>Bytes allocated by each thread: at its first call after <see cref="BeginCounting"/>, and at its last.</summary>
    public ConcurrentDictionary<string, (long First, long Last)> Allocated { get; } = new();

    /// <summary>Whether the link moves to where packets come from.</summary>
    public bool Follows { get; set; } = true;

    public int TunPackets => Volatile.Read(ref _tunPackets);

    public ConcurrentQueue<byte[]> Plaintexts { get; } = new();

    public void BeginCounting() => Allocated.Clear();

    public void PostDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
    }

    public void PostPlaintext(PeerLink from, TransportSession session, in InternetEndpoint source, ReadOnlySpan<byte> plaintext) => Plaintexts.Enqueue(plaintext.ToArray());

    public void PostPackets(PeerLink from, TransportSession session, in InternetEndpoint source, byte[] buffer, int length)
    {
        foreach (byte[] packet in PostedPackets.Take(buffer, length))
        {
            PostPlaintext(from, session, source, packet);
        }
    }

    public void PostTunPacket(ReadOnlySpan<byte> packet) => Interlocked.Increment(ref _tunPackets);

    public void PostTraffic(PeerLink from, TransportSession session, in InternetEndpoint source, bool received)
    {
        if (received && Follows && link.Endpoint != source)
        {
            link.Endpoint = source;
        }

        long now = GC.GetAllocatedBytesForCurrentThread();
        string name = Thread.CurrentThread.Name ?? "";
        (long First, long Last) seen = Allocated.TryGetValue(name, out (long First, long Last) before) ? (before.First, now) : (0, now);
        Allocated[name] = seen.First == 0 ? (GC.GetAllocatedBytesForCurrentThread(), 0) : seen;
    }
}
