using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>
/// From the TUN device to the peers: reads a packet of up to 64 KiB, splits it if it stands for many, seals the pieces where they lie, and
/// sends them with one call. Small packets that are at hand at the same moment are gathered for one call too.
/// </summary>
internal sealed unsafe class TunPump : FastPathThread
{
    // The packet begins where a datagram's plaintext does, so that one that is not split is sealed where it was read.
    private const int ReadOffset = TransportLayout.HeaderBytes - VirtioHeader.Bytes;

    // Single packets that are at hand together are gathered one behind the other; each read needs room for the largest.
    private const int ReadAreaBytes = (66 << 10) + (68 << 10);
    private const int SealAreaBytes = 66 << 10;

    // Reads in one go, so that packets held never wait for an endless stream of others.
    private const int GatheredReadsMax = 64;

    private readonly PacketSender _sender;
    private readonly int[] _lengths = new int[DatagramSocket.SegmentCountMax];
    private readonly TunDevice _tun;
    private readonly int _mtu;
    private TunnelSnapshot _snapshot = TunnelSnapshot.Empty;
    private InternetAddress _lastDestination;
    private TunnelRoute? _lastRoute;
    private ProbeHope _hope;
    private PeerLink? _link;
    private int _stride;
    private bool _isPreparedForRelays;
    private int _count;
    private int _bytes;

    public TunPump(FastPathState state, TunDevice tun)
        : base(state, "kith tun", ReadAreaBytes + SealAreaBytes)
    {
        _sender = new PacketSender(state, Cipher, Counters);
        _tun = tun;
        _mtu = tun.Mtu;
    }

    private byte* ReadArea => Memory;

    private byte* SealArea => Memory + ReadAreaBytes;

    /// <summary>The most packets that one large packet should stand for, so that they fit one send.</summary>
    public static int SegmentsMax(int mtu) =>
        SendWay.BatchMax(TransportLayout.Padded(mtu, mtu) + TransportLayout.OverheadBytes);

    protected override bool RunOnce()
    {
        _count = 0;
        _bytes = 0;
        int read = _tun.Read(ReadArea + ReadOffset, TunDevice.ReadBytesMax);
        if (read < 0)
        {
            return false;
        }

        Take(ReadArea, read);
        for (int reads = 1; _count > 0 && reads < GatheredReadsMax && _hope.ShouldAsk(); reads++)
        {
            byte* slot = ReadArea + _bytes;
            int more = _tun.TryRead(slot + ReadOffset, TunDevice.ReadBytesMax);
            if (more < 0)
            {
                _hope.Missed();
                break;
            }

            _hope.Found();
            Take(slot, more);
        }

        Flush();
        return true;
    }

    // Deals with what was read into a slot: at once if it is large, otherwise it is held for a moment.
    private void Take(byte* slot, int read)
    {
        Counters.Reads++;
        byte* packet = slot + TransportLayout.HeaderBytes;
        int length = read - VirtioHeader.Bytes;
        VirtioHeader header = *(VirtioHeader*)(slot + ReadOffset);
        if (!IpPacket.TryParse(packet, length, out IpPacket ip))
        {
            Counters.Drop(FastPathDrop.MalformedOutgoing);
            return;
        }

        TunnelRoute? route = FindRoute(ip.Destination);
        if (route is null || route.Link.ControlOnly)
        {
            Counters.Drop(FastPathDrop.NoRoute);
        }
        else if (ip.Source != route.Local)
        {
            Counters.Drop(FastPathDrop.WrongLocalSource);
        }
        else if (header.GsoType != VirtioHeader.GsoNone)
        {
            Flush();
            if (PacketSplitter.TryParse(header, packet, length, out PacketSplitter splitter))
            {
                SendLarge(route.Link, splitter);
            }
            else
            {
                Counters.Drop(FastPathDrop.MalformedOutgoing);
            }
        }
        else if (PacketSplitter.TryCompleteChecksum(header, packet, length))
        {
            Hold(route.Link, slot, length);
        }
        else
        {
            Counters.Drop(FastPathDrop.MalformedOutgoing);
        }
    }

    // Adds a single packet to those held, which all go to one peer and are of one size; the last may be shorter.
    private void Hold(PeerLink link, byte* slot, int length)
    {
        int datagramBytes = TransportLayout.Padded(length, _mtu) + TransportLayout.OverheadBytes;
        if (_count > 0 && (!ReferenceEquals(link, _link) || datagramBytes > _stride || _bytes % _stride != 0 || _bytes + datagramBytes > DatagramSocket.SegmentedBytesMax))
        {
            Flush();
        }

        if (_count == 0)
        {
            _link = link;
            _stride = datagramBytes;
            if (slot != ReadArea)
            {
                Buffer.MemoryCopy(slot + TransportLayout.HeaderBytes, ReadArea + TransportLayout.HeaderBytes, length, length);
                slot = ReadArea;
            }
        }

        Pad(slot + TransportLayout.HeaderBytes, length);
        _lengths[_count++] = length;
        _bytes += datagramBytes;
        if (_count == DatagramSocket.SegmentCountMax)
        {
            Flush();
        }
    }

    // Seals and sends what is held.
    private void Flush()
    {
        int count = _count;
        if (count == 0)
        {
            return;
        }

        int bytes = _bytes;
        _count = 0;
        _bytes = 0;
        int sent = 0;
        if (TryFindWay(_link!, out SendWay way))
        {
            sent = way.Hop is null ? (_sender.TrySend(way, ReadArea, bytes, _stride, count) ? count : 0) : SendThrough(way, count);
        }

        for (; sent < count; sent++)
        {
            State.Inbox.PostTunPacket(new ReadOnlySpan<byte>(ReadArea + (sent * _stride) + TransportLayout.HeaderBytes, _lengths[sent]));
        }
    }

    private bool TryFindWay(PeerLink link, out SendWay way)
    {
        if (!_sender.TryFindWay(link, out way))
        {
            return false;
        }

        if (way.Hop is not null && !_isPreparedForRelays)
        {
            // From now on what the kernel hands over as one piece fits one send with the relay's headers as well.
            _isPreparedForRelays = true;
            _tun.PrepareSegments(SendWay.BatchMax(TransportLayout.Padded(_mtu, _mtu) + RelayLayout.OverheadBytes));
        }

        return true;
    }

    // What is held lies as it goes straight; through a neighbour it needs more room around it. Returns how many packets went.
    private int SendThrough(in SendWay way, int count)
    {
        int stride = _stride + RelayLayout.ExtraBytes;
        int batch = SendWay.BatchMax(stride);
        int done = 0;
        while (done < count)
        {
            int next = Math.Min(done + batch, count);
            byte* datagram = SealArea;
            for (int i = done; i < next; i++)
            {
                int padded = TransportLayout.Padded(_lengths[i], _mtu);
                Buffer.MemoryCopy(ReadArea + (i * _stride) + TransportLayout.HeaderBytes, datagram + RelayLayout.PacketOffset, padded, padded);
                datagram += padded + RelayLayout.OverheadBytes;
            }

            if (!_sender.TrySend(way, SealArea, (int)(datagram - SealArea), stride, next - done))
            {
                break;
            }

            done = next;
        }

        return done;
    }

    private TunnelRoute? FindRoute(InternetAddress destination)
    {
        TunnelSnapshot snapshot = State.Snapshot;
        if (!ReferenceEquals(snapshot, _snapshot) || destination != _lastDestination)
        {
            _snapshot = snapshot;
            _lastDestination = destination;
            _lastRoute = snapshot.Routes.TryGetValue(destination, out TunnelRoute? route) ? route : null;
        }

        return _lastRoute;
    }

    private void SendLarge(PeerLink link, in PacketSplitter splitter)
    {
        int done = 0;
        while (done < splitter.Count && TryFindWay(link, out SendWay way))
        {
            int stride = TransportLayout.Padded(splitter.PacketBytes, _mtu) + way.OverheadBytes;
            int count = Math.Min(SendWay.BatchMax(stride), splitter.Count - done);
            byte* datagram = SealArea;
            for (int i = 0; i < count; i++)
            {
                byte* packet = datagram + way.PacketOffset;
                datagram += Pad(packet, splitter.Write(done + i, packet)) + way.OverheadBytes;
            }

            if (!_sender.TrySend(way, SealArea, (int)(datagram - SealArea), stride, count))
            {
                break;
            }

            done += count;
        }

        PostEach(splitter, done);
    }

    private void PostEach(in PacketSplitter splitter, int from)
    {
        for (int i = from; i < splitter.Count; i++)
        {
            int length = splitter.Write(i, SealArea);
            State.Inbox.PostTunPacket(new ReadOnlySpan<byte>(SealArea, length));
        }
    }

    // Fills up a packet where it lies; returns its bytes with the padding.
    private int Pad(byte* packet, int length)
    {
        int padded = TransportLayout.Padded(length, _mtu);
        if (padded != length)
        {
            new Span<byte>(packet + length, padded - length).Clear();
        }

        return padded;
    }
}
