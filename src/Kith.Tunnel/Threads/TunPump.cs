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

    private readonly SendTargetCache _targets = new();
    private readonly int[] _lengths = new int[DatagramSocket.SegmentCountMax];
    private readonly TunDevice _tun;
    private readonly int _mtu;
    private TunnelSnapshot _snapshot = TunnelSnapshot.Empty;
    private InternetAddress _lastDestination;
    private TunnelRoute? _lastRoute;
    private ProbeHope _hope;
    private PeerLink? _link;
    private int _stride;
    private int _count;
    private int _bytes;

    public TunPump(FastPathState state, TunDevice tun)
        : base(state, "kith tun", ReadAreaBytes + SealAreaBytes)
    {
        _tun = tun;
        _mtu = tun.Mtu;
    }

    private byte* ReadArea => Memory;

    private byte* SealArea => Memory + ReadAreaBytes;

    /// <summary>The most packets that one large packet should stand for, so that they fit one send.</summary>
    public static int SegmentsMax(int mtu) =>
        Math.Clamp(DatagramSocket.SegmentedBytesMax / (TransportLayout.Padded(mtu, mtu) + TransportLayout.OverheadBytes), 1, DatagramSocket.SegmentCountMax);

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

        Pad(slot, length);
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
        PeerLink link = _link!;
        if (link.Current is not { } session || _targets.Find(link) is not { } target || State.SocketFor(target.Endpoint) is not { } socket
            || !session.TryTakeCounters(count, out ulong counter))
        {
            for (int i = 0; i < count; i++)
            {
                State.Inbox.PostTunPacket(new ReadOnlySpan<byte>(ReadArea + (i * _stride) + TransportLayout.HeaderBytes, _lengths[i]));
            }

            return;
        }

        for (int i = 0; i < count; i++)
        {
            TransportLayout.WriteHeader(ReadArea + (i * _stride), session.RemoteIndex, counter + (ulong)i);
        }

        SealAndSend(link, session, socket, target, counter, ReadArea, bytes, _stride, count);
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
        int stride = TransportLayout.Padded(splitter.PacketBytes, _mtu) + TransportLayout.OverheadBytes;
        int batch = Math.Clamp(DatagramSocket.SegmentedBytesMax / stride, 1, DatagramSocket.SegmentCountMax);
        for (int done = 0; done < splitter.Count; done += batch)
        {
            int count = Math.Min(batch, splitter.Count - done);
            if (link.Current is not { } session || _targets.Find(link) is not { } target || State.SocketFor(target.Endpoint) is not { } socket
                || !session.TryTakeCounters(count, out ulong counter))
            {
                PostEach(splitter, done);
                return;
            }

            byte* datagram = SealArea;
            for (int i = 0; i < count; i++)
            {
                int length = splitter.Write(done + i, datagram + TransportLayout.HeaderBytes);
                TransportLayout.WriteHeader(datagram, session.RemoteIndex, counter + (ulong)i);
                datagram += Pad(datagram, length);
            }

            SealAndSend(link, session, socket, target, counter, SealArea, (int)(datagram - SealArea), stride, count);
        }
    }

    private void PostEach(in PacketSplitter splitter, int from)
    {
        for (int i = from; i < splitter.Count; i++)
        {
            int length = splitter.Write(i, SealArea);
            State.Inbox.PostTunPacket(new ReadOnlySpan<byte>(SealArea, length));
        }
    }

    // Fills up a packet that lies where the plaintext belongs; returns the datagram's bytes.
    private int Pad(byte* datagram, int length)
    {
        int padded = TransportLayout.Padded(length, _mtu);
        if (padded != length)
        {
            new Span<byte>(datagram + TransportLayout.HeaderBytes + length, padded - length).Clear();
        }

        return padded + TransportLayout.OverheadBytes;
    }

    private void SealAndSend(
        PeerLink link, TransportSession session, DatagramSocket socket, SendTarget target, ulong counter, byte* datagrams, int length, int stride, int count)
    {
        Cipher.Seal(session.SendKey, counter, datagrams, length, stride);
        if (session.IsRetired)
        {
            Counters.Drop(FastPathDrop.SessionRetired, count);
            return;
        }

        int calls = socket.SendSegments(target, datagrams, length, stride);
        if (calls == 0)
        {
            Counters.Drop(FastPathDrop.SendFailed, count);
            return;
        }

        Counters.Writes += calls;
        Counters.Packets += count;
        Instant now = State.Options.Clock();
        PeerTraffic traffic = link.Traffic;
        traffic.NoteSent(now, count, length, isData: true);
        if (traffic.ShouldNotify(now))
        {
            State.Inbox.PostTraffic(link, session, target.Endpoint, received: false);
        }
    }
}
