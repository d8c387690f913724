using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel.Ciphers;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>Seals batches of packets for one peer and sends each with one call, straight or through a neighbour. Belongs to one thread.</summary>
internal sealed unsafe class PacketSender(FastPathState state, PacketCipher cipher, ThreadCounters counters)
{
    // What is sealed twice is sealed in such pieces, which stay in the nearest cache between the two.
    private const int PiecePackets = 16;

    private readonly SendTargetCache _targets = new();

    /// <summary>How to reach a peer now; false if its packets are the core's.</summary>
    public bool TryFindWay(PeerLink link, out SendWay way)
    {
        if (link.Current is { } session)
        {
            if (_targets.Find(link) is { } target)
            {
                if (state.SocketFor(target.Endpoint) is { } socket)
                {
                    way = new SendWay(link, session, null, null, target, socket);
                    return true;
                }
            }
            else if (link.Via is { } hop && hop.Neighbour.Current is { } hopSession && _targets.Find(hop.Neighbour) is { } next
                && state.SocketFor(next.Endpoint) is { } socket)
            {
                way = new SendWay(link, session, hop, hopSession, next, socket);
                return true;
            }
        }

        way = default;
        return false;
    }

    /// <summary>
    /// Seals and sends packets that lie at <see cref="SendWay.PacketOffset"/> of datagrams of <paramref name="stride"/> bytes each but the last. False if
    /// a session gives no more counters; then nothing was touched.
    /// </summary>
    public bool TrySend(in SendWay way, byte* datagrams, int length, int stride, int count)
    {
        if (!TrySeal(way, datagrams, length, stride, count))
        {
            return false;
        }

        Dispatch(way, datagrams, length, stride, count);
        return true;
    }

    /// <summary>Seals as <see cref="TrySend"/> does; <see cref="Dispatch"/> comes next.</summary>
    public bool TrySeal(in SendWay way, byte* datagrams, int length, int stride, int count)
    {
        TransportSession session = way.Session;
        ulong hopCounter = 0;
        if (!session.TryTakeCounters(count, out ulong counter) || (way.HopSession is { } hopSession && !hopSession.TryTakeCounters(count, out hopCounter)))
        {
            return false;
        }

        if (way.Hop is null)
        {
            for (int i = 0; i < count; i++)
            {
                TransportLayout.WriteHeader(datagrams + (i * stride), session.RemoteIndex, counter + (ulong)i);
            }

            cipher.Seal(session.SendKey, counter, datagrams, length, stride);
        }
        else
        {
            SealTwice(way, counter, hopCounter, datagrams, length, stride);
        }

        return true;
    }

    /// <summary>Sends what was sealed. False if the socket has no room, which is said only where it must not wait: then it is to be tried again.</summary>
    public bool Dispatch(in SendWay way, byte* datagrams, int length, int stride, int count, bool mayWait = true)
    {
        if (way.Session.IsRetired || way.HopSession is { IsRetired: true })
        {
            counters.Drop(FastPathDrop.SessionRetired, count);
            return true;
        }

        int calls = way.Socket.SendSegments(way.Target, datagrams, length, stride, mayWait);
        if (calls == DatagramSocket.Full)
        {
            return false;
        }

        if (calls == 0)
        {
            counters.Drop(FastPathDrop.SendFailed, count);
            return true;
        }

        counters.Writes += calls;
        counters.Packets += count;
        Note(way, length, count);
        return true;
    }

    private void SealTwice(in SendWay way, ulong counter, ulong hopCounter, byte* datagrams, int length, int stride)
    {
        const int piecePackets = PiecePackets;
        RelayHop hop = way.Hop!;
        int pieceBytes = piecePackets * stride;
        for (int done = 0; done < length; done += pieceBytes)
        {
            byte* piece = datagrams + done;
            int bytes = Math.Min(pieceBytes, length - done);
            ulong number = 0;
            for (int offset = 0; offset < bytes; offset += stride, number++)
            {
                byte* datagram = piece + offset;
                TransportLayout.WriteHeader(datagram, way.HopSession!.RemoteIndex, hopCounter + number);
                RelayLayout.WriteHeader(datagram + RelayLayout.FrameOffset, hop.HopsLeft, hop.Destination, hop.Source);
                TransportLayout.WriteHeader(datagram + RelayLayout.InnerOffset, way.Session.RemoteIndex, counter + number);
            }

            cipher.Seal(
                way.Session.SendKey, counter, piece + RelayLayout.InnerOffset, bytes - RelayLayout.ExtraBytes, stride - RelayLayout.ExtraBytes, RelayLayout.ExtraBytes);
            cipher.Seal(way.HopSession!.SendKey, hopCounter, piece, bytes, stride);
            counter += number;
            hopCounter += number;
        }
    }

    private void Note(in SendWay way, int bytes, int packets)
    {
        Instant now = state.Options.Clock();
        if (way.Hop is not { } hop)
        {
            Note(now, way.Link, way.Session, way.Target.Endpoint, bytes, packets);
            return;
        }

        Note(now, way.Link, way.Session, PathAddress.Relay(hop.Neighbour.Id, way.Link.Id), bytes - (packets * RelayLayout.ExtraBytes), packets);
        Note(now, hop.Neighbour, way.HopSession!, way.Target.Endpoint, bytes, packets);
    }

    private void Note(Instant now, PeerLink link, TransportSession session, in InternetEndpoint endpoint, int bytes, int packets)
    {
        link.Traffic.NoteSent(now, packets, bytes, isData: true);
        if (link.Traffic.ShouldNotify(now))
        {
            state.Inbox.PostTraffic(link, session, endpoint, received: false);
        }
    }
}
