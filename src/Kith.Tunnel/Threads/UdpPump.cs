using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel.Ciphers;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>
/// From the peers to the TUN device and the core: receives many datagrams with one call, opens them where they lie, holds their
/// addresses against the peer's, joins what belongs together and writes it with one call.
/// </summary>
internal sealed unsafe class UdpPump : FastPathThread
{
    // Small datagrams that are at hand together are gathered up to this; each call needs room for the most it can give.
    private const int GatheredBytesMax = 32 << 10;
    private const int ReceiveAreaBytes = GatheredBytesMax + DatagramSocket.ReceiveBytesMax;

    // The cipher reads whole blocks.
    private const int GuardBytes = 256;

    private readonly DatagramSocket _socket;
    private readonly TunWriter? _writer;
    private readonly SnapshotLookup _lookup;
    private readonly PacketDelivery _delivery;
    private readonly RelayReceiver _relay;
    private readonly ReceiveBatch _batch = new();
    private ProbeHope _hope;

    public UdpPump(FastPathState state, DatagramSocket socket)
        : base(state, (socket is ExtraSocket ? "kith extra" : "kith udp") + (socket.IsV6 ? "6" : "4"), ReceiveAreaBytes + GuardBytes)
    {
        _socket = socket;
        _writer = state.Tun is null ? null : new TunWriter(state.Tun, state.Options, Counters);
        _lookup = new SnapshotLookup(state);
        _delivery = new PacketDelivery(state, _lookup, _writer, Counters);
        _relay = new RelayReceiver(state, _lookup, _writer, Cipher, Counters);
    }

    protected override bool RunOnce()
    {
        _batch.Begin(null, default);
        int received = _socket.Receive(Memory, mayWait: true, out int segmentBytes, out InternetEndpoint source);
        if (received <= 0)
        {
            return received != DatagramSocket.Closed;
        }

        int used = 0;
        while (true)
        {
            Counters.Reads++;
            Sort(Memory + used, received, segmentBytes, source);

            // Packets stay where they are until their batch is finished, so what follows goes behind them.
            used += (received + 63) & ~63;
            if (_batch.Count == 0 || used > GatheredBytesMax || !_hope.ShouldAsk())
            {
                break;
            }

            received = _socket.Receive(Memory + used, mayWait: false, out segmentBytes, out source);
            if (received <= 0)
            {
                _hope.Missed();
                break;
            }

            _hope.Found();
        }

        FinishBatch();
        return true;
    }

    // Tells transport data of known receivers from everything else; a change of receiver or source ends a batch.
    private void Sort(byte* datagrams, int bytes, int segmentBytes, in InternetEndpoint source)
    {
        // Addresses that stand for relays and TCP connections are ours to give: from the outside they are a forgery.
        if (PathAddress.IsSpecial(source))
        {
            return;
        }

        for (int offset = 0; offset < bytes; offset += segmentBytes)
        {
            byte* datagram = datagrams + offset;
            int length = Math.Min(segmentBytes, bytes - offset);
            TunnelReceiver? receiver = TransportLayout.TryRead(datagram, length, out uint index, out ulong counter) ? _lookup.FindReceiver(index) : null;
            if (_batch.Count == ReceiveBatch.CountMax || !ReferenceEquals(receiver, _batch.Receiver) || (offset == 0 && _batch.Source != source))
            {
                FinishBatch();
                _batch.Begin(receiver, source);
            }

            if (receiver is null)
            {
                State.Inbox.PostDatagram(source, new ReadOnlySpan<byte>(datagram, length));
                continue;
            }

            _batch.Add(datagram, length, counter);
        }
    }

    private void FinishBatch()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        TunnelReceiver receiver = _batch.Receiver!;
        InternetEndpoint source = _batch.Source;
        ReadOnlySpan<SealedPacket> packets = _batch.Open(Cipher, Counters);
        bool holdsFrames = false;
        foreach (ref readonly SealedPacket packet in packets)
        {
            if (RelayLayout.IsRelay(packet.Data, packet.Length))
            {
                holdsFrames = true;
                _relay.Take(receiver, source, packet.Data, packet.Length);
                continue;
            }

            if (holdsFrames)
            {
                holdsFrames = false;
                _relay.Finish();
            }

            if (packet.Length > 0)
            {
                _delivery.Deliver(receiver, source, packet.Data, packet.Length);
            }
        }

        if (holdsFrames)
        {
            _relay.Finish();
        }

        _delivery.Flush();
        if (packets.Length > 0)
        {
            _delivery.Note(receiver, source, packets);
        }
    }
}
