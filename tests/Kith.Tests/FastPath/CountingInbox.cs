using System.Buffers;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;

namespace Kith.Tests.FastPath;

/// <summary>Counts plaintexts and what the receiving thread allocates between the first and the last that matter.</summary>
internal sealed class CountingInbox(int skipped, int counted) : ICoreInbox
{
    private readonly ManualResetEventSlim _done = new();
    private int _seen;
    private long _before;

    public long AllocatedBytes { get; private set; }

    public int Seen => Volatile.Read(ref _seen);

    public bool Wait(TimeSpan limit) => _done.Wait(limit);

    public void PostDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
    }

    public void PostPlaintext(PeerLink link, TransportSession session, in InternetEndpoint source, ReadOnlySpan<byte> plaintext)
    {
        int seen = ++_seen;
        if (seen == skipped)
        {
            _before = GC.GetAllocatedBytesForCurrentThread();
        }
        else if (seen == skipped + counted)
        {
            AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - _before;
            _done.Set();
        }
    }

    public void PostPackets(PeerLink link, TransportSession session, in InternetEndpoint source, byte[] buffer, int length)
    {
        Span<byte> records = buffer.AsSpan(0, length);
        while (PacketRecords.TryRead(ref records, out Span<byte> bytes, out StackPacket packet, out _))
        {
            for (int i = 0; i < LargeSegment.CountPieces(packet); i++)
            {
                PostPlaintext(link, session, source, bytes);
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    public void PostTunPacket(ReadOnlySpan<byte> packet)
    {
    }

    public void PostTraffic(PeerLink link, TransportSession session, in InternetEndpoint source, bool received)
    {
    }
}
