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
    // Datagrams need not be long: a batch is cut here and goes on.
    private const int BatchMax = 256;

    // Small datagrams that are at hand together are gathered up to this; each call needs room for the most it can give.
    private const int GatheredBytesMax = 32 << 10;
    private const int ReceiveAreaBytes = GatheredBytesMax + DatagramSocket.ReceiveBytesMax;

    // The cipher reads whole blocks.
    private const int GuardBytes = 256;

    private static readonly TimeSpan NewsInterval = TimeSpan.FromMilliseconds(50);

    private readonly DatagramSocket _socket;
    private readonly TunWriter? _writer;
    private readonly SealedPacket[] _packets = new SealedPacket[BatchMax];
    private readonly ulong[] _counters = new ulong[BatchMax];
    private readonly bool[] _accepted = new bool[BatchMax];
    private ProbeHope _hope;
    private TunnelReceiver? _receiver;
    private InternetEndpoint _source;
    private int _count;
    private int _bytes;
    private TunnelSnapshot _snapshot = TunnelSnapshot.Empty;
    private uint _lastIndex;
    private TunnelReceiver? _lastReceiver;
    private InternetAddress _lastSource;
    private TunnelRoute? _lastRoute;
    private TransportSession? _newsSession;
    private InternetEndpoint _newsSource;
    private Instant _newsUntil;

    public UdpPump(FastPathState state, DatagramSocket socket)
        : base(state, (socket is ExtraSocket ? "kith extra" : "kith udp") + (socket.IsV6 ? "6" : "4"), ReceiveAreaBytes + GuardBytes)
    {
        _socket = socket;
        _writer = state.Tun is null ? null : new TunWriter(state.Tun, state.Options, Counters);
    }

    protected override bool RunOnce()
    {
        _count = 0;
        _bytes = 0;
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
            if (_count == 0 || used > GatheredBytesMax || !_hope.ShouldAsk())
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
        for (int offset = 0; offset < bytes; offset += segmentBytes)
        {
            byte* datagram = datagrams + offset;
            int length = Math.Min(segmentBytes, bytes - offset);
            TunnelReceiver? receiver = TransportLayout.TryRead(datagram, length, out uint index, out ulong counter) ? FindReceiver(index) : null;
            if (_count == BatchMax || !ReferenceEquals(receiver, _receiver) || (offset == 0 && _source != source))
            {
                FinishBatch();
                _receiver = receiver;
                _source = source;
            }

            if (receiver is null)
            {
                State.Inbox.PostDatagram(source, new ReadOnlySpan<byte>(datagram, length));
                continue;
            }

            _packets[_count++] = new SealedPacket
            {
                Data = datagram + TransportLayout.HeaderBytes,
                Length = length - TransportLayout.OverheadBytes,
                Counter = counter,
            };
            _bytes += length;
        }
    }

    private TunnelReceiver? FindReceiver(uint index)
    {
        TunnelSnapshot snapshot = State.Snapshot;
        if (!ReferenceEquals(snapshot, _snapshot))
        {
            _snapshot = snapshot;
            _lastReceiver = null;
            _lastRoute = null;
        }

        if (_lastReceiver is null || _lastIndex != index)
        {
            _lastIndex = index;
            _lastReceiver = snapshot.Receivers.TryGetValue(index, out TunnelReceiver? receiver) ? receiver : null;
        }

        return _lastReceiver;
    }

    private void FinishBatch()
    {
        if (_count == 0)
        {
            return;
        }

        TunnelReceiver receiver = _receiver!;
        TransportSession session = receiver.Session;
        Span<SealedPacket> packets = _packets.AsSpan(0, _count);
        int bytes = _bytes;
        _count = 0;
        _bytes = 0;
        Cipher.Open(session.ReceiveKey, packets);
        int authentic = KeepAuthentic(packets, ref bytes);
        packets = packets[..authentic];
        session.Accept(_counters.AsSpan(0, authentic), _accepted);

        int fresh = 0;
        bool anyData = false;
        for (int i = 0; i < packets.Length; i++)
        {
            if (!_accepted[i])
            {
                Counters.Drop(FastPathDrop.Replayed);
                bytes -= packets[i].Length + TransportLayout.OverheadBytes;
                continue;
            }

            fresh++;
            if (packets[i].Length > 0)
            {
                anyData = true;
                Deliver(receiver, packets[i].Data, packets[i].Length);
            }
        }

        _writer?.Flush();
        if (fresh > 0)
        {
            Note(receiver, fresh, bytes, anyData);
        }
    }

    // Moves the authentic packets to the front and their counters beside them.
    private int KeepAuthentic(Span<SealedPacket> packets, ref int bytes)
    {
        int authentic = 0;
        foreach (ref SealedPacket packet in packets)
        {
            if (!packet.IsAuthentic)
            {
                Counters.Drop(FastPathDrop.NotAuthentic);
                bytes -= packet.Length + TransportLayout.OverheadBytes;
                continue;
            }

            _counters[authentic] = packet.Counter;
            packets[authentic++] = packet;
        }

        return authentic;
    }

    private void Note(TunnelReceiver receiver, int packets, int bytes, bool isData)
    {
        Counters.Packets += packets;
        PeerLink link = receiver.Link;
        Instant now = State.Options.Clock();
        link.Traffic.NoteReceived(now, packets, bytes, isData);
        bool isOdd = !ReferenceEquals(receiver.Session, link.Current) || link.Endpoint != _source;

        // A peer may well keep to another path than we do: what the core knows already is not told again with every batch.
        bool isNews = isOdd && (now >= _newsUntil || !ReferenceEquals(receiver.Session, _newsSession) || _newsSource != _source);
        if (isNews)
        {
            _newsSession = receiver.Session;
            _newsSource = _source;
            _newsUntil = now + NewsInterval;
        }

        if (isNews || link.Traffic.ShouldNotify(now))
        {
            State.Inbox.PostTraffic(link, receiver.Session, _source, received: true);
        }
    }

    private void Deliver(TunnelReceiver receiver, byte* packet, int length)
    {
        PeerLink link = receiver.Link;
        if ((packet[0] >> 4) is not (4 or 6))
        {
            State.Inbox.PostPlaintext(link, receiver.Session, _source, new ReadOnlySpan<byte>(packet, length));
            return;
        }

        if (!IpPacket.TryParse(packet, length, out IpPacket ip))
        {
            Counters.Drop(FastPathDrop.MalformedIncoming);
            return;
        }

        if (!link.ControlOnly)
        {
            TunnelRoute? route = FindRoute(ip.Source);
            if (route is null || !ReferenceEquals(route.Link, link))
            {
                Counters.Drop(FastPathDrop.WrongPeerSource);
                return;
            }

            if (ip.Destination != route.Local)
            {
                Counters.Drop(FastPathDrop.WrongDestination);
                return;
            }
        }

        if (_writer is null || link.ControlOnly || (ip.TryGetDestinationPort(out ushort port) && State.LocalPorts.Contains(ip.Protocol, port)))
        {
            State.Inbox.PostPlaintext(link, receiver.Session, _source, new ReadOnlySpan<byte>(packet, length));
            return;
        }

        _writer.Add(packet, ip);
    }

    private TunnelRoute? FindRoute(InternetAddress source)
    {
        if (_lastRoute is null || source != _lastSource)
        {
            _lastSource = source;
            _lastRoute = _snapshot.Routes.TryGetValue(source, out TunnelRoute? route) ? route : null;
        }

        return _lastRoute;
    }
}
