using Kith.Protocol.Paths;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel.Ciphers;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>
/// What comes in relay frames: passes on what is for others, opens what is for us, and gives the core what it alone understands. Belongs to one
/// thread; frames stay where they are until <see cref="Finish"/>.
/// </summary>
internal sealed unsafe class RelayReceiver(FastPathState state, SnapshotLookup lookup, TunWriter? writer, PacketCipher cipher, ThreadCounters counters)
{
    private readonly RelayGate _gate = new();
    private readonly RelayForwarder _forwarder = new(state, cipher, counters);
    private readonly ReceiveBatch _batch = new();
    private readonly PacketDelivery _delivery = new(state, lookup, writer, counters);
    private PeerLink? _via;
    private PeerLink? _origin;
    private InternetEndpoint _way;

    /// <summary>Takes an opened relay frame that lies between room for header and tag.</summary>
    public void Take(TunnelReceiver from, in InternetEndpoint source, byte* frame, int length)
    {
        if (!RelayLayout.TryRead(frame, length, out byte hopsLeft, out ulong destination, out ulong origin))
        {
            from.Link.Flood.RefuseRelay();
            counters.Drop(FastPathDrop.RelayMalformed);
            return;
        }

        RelayTable table = lookup.Relays;
        switch (_gate.Judge(table, from.Link, hopsLeft, destination, origin))
        {
            case RelayVerdict.PassOn:
                FinishBatch();
                if (!_forwarder.TryTake(from.Link, _gate.Next!, table.Budget, frame, length, _gate.HopsAfter))
                {
                    state.Inbox.PostPlaintext(from.Link, from.Session, source, new ReadOnlySpan<byte>(frame, length));
                }

                break;
            case RelayVerdict.GiveToCore:
                FinishBatch();
                state.Inbox.PostPlaintext(from.Link, from.Session, source, new ReadOnlySpan<byte>(frame, length));
                break;
            case RelayVerdict.Open:
                _forwarder.Flush();
                Open(from.Link, _gate.Origin!, frame + RelayFrame.HeaderBytes, length - RelayFrame.HeaderBytes);
                break;
            default:
                from.Link.Flood.RefuseRelay();
                counters.Drop(FastPathDrop.RelayRefused);
                break;
        }
    }

    /// <summary>Must be called before a packet that lies behind the frames is given to anybody else, and at the end of a batch.</summary>
    public void Finish()
    {
        FinishBatch();
        _forwarder.Flush();
    }

    private void Open(PeerLink via, PeerLink origin, byte* datagram, int length)
    {
        TunnelReceiver? receiver = TransportLayout.TryRead(datagram, length, out uint index, out ulong counter) ? lookup.FindReceiver(index) : null;
        InternetEndpoint source = WayOf(via, origin);
        if (receiver is null)
        {
            state.Inbox.PostDatagram(source, new ReadOnlySpan<byte>(datagram, length));
            return;
        }

        if (!ReferenceEquals(receiver.Link, origin))
        {
            // Sent on in another's name: it would lead that one's answers astray.
            counters.Drop(FastPathDrop.RelayRefused);
            return;
        }

        if (_batch.Count == ReceiveBatch.CountMax || !ReferenceEquals(receiver, _batch.Receiver) || _batch.Source != source)
        {
            FinishBatch();
            _batch.Begin(receiver, source);
        }

        _batch.Add(datagram, length, counter);
    }

    private InternetEndpoint WayOf(PeerLink via, PeerLink origin)
    {
        if (!ReferenceEquals(via, _via) || !ReferenceEquals(origin, _origin))
        {
            _via = via;
            _origin = origin;
            _way = PathAddress.Relay(via.Id, origin.Id);
        }

        return _way;
    }

    private void FinishBatch()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        TunnelReceiver receiver = _batch.Receiver!;
        InternetEndpoint source = _batch.Source;
        ReadOnlySpan<SealedPacket> packets = _batch.Open(cipher, counters);
        foreach (ref readonly SealedPacket packet in packets)
        {
            if (RelayLayout.IsRelay(packet.Data, packet.Length))
            {
                counters.Drop(FastPathDrop.RelayMalformed);
            }
            else if (packet.Length > 0)
            {
                _delivery.Deliver(receiver, source, packet.Data, packet.Length);
            }
        }

        _delivery.Flush();
        if (packets.Length > 0)
        {
            _delivery.Note(receiver, source, packets);
        }
    }
}
