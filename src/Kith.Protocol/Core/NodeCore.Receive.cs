using System.Buffers.Binary;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Identity;
using Kith.Protocol.Netstack;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>What comes in: datagrams, opened packets, packets of the TUN device.</content>
public sealed partial class NodeCore
{
    private const byte ProtocolTcp = 6;

    private readonly Dictionary<InternetAddress, JoinGuest> _guests = [];

    /// <summary>A datagram of the data socket: handshakes, cookies, and transport packets that no fast path has opened. The buffer is overwritten.</summary>
    public void HandleDatagram(ClockReading now, in InternetEndpoint source, Span<byte> datagram)
    {
        if (!TryHandleTracker(now, source, datagram) && !TryHandleStun(now, source, datagram) && !TryHandleDht(now, source, datagram) && !TryHandleOpener(now, source, datagram) && AdmitTcp(now, source) && !TryHandleWith(_tunnel, now, source, datagram))
        {
            bool any = false;
            for (int i = 0; i < _joins.Count && !any; i++)
            {
                any = TryHandleWith(_joins[i].Machine, now, source, datagram);
            }

            // What is refused changes nothing: strangers are not to make us look at everything for each of their datagrams.
            if (!any)
            {
                return;
            }
        }

        Settle(now);
    }

    /// <summary>What the fast path opened but does not understand: Kith frames, packets for the stack's ports, packets of invite keys. The buffer is overwritten.</summary>
    public void HandlePlaintext(ClockReading now, PeerLink link, TransportSession session, in InternetEndpoint source, Span<byte> plaintext)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(session);

        // What the fast path had opened before it knew that a session has ended is no sign of life.
        if (!session.IsRetired && _links.TryGetValue(link.Id, out RemotePeer? peer) && IsWayTo(peer, source))
        {
            Dispatch(now, peer, session, source, plaintext);
            Settle(now);
        }
    }

    /// <summary>
    /// What the fast path opened for the stack: IP packets that came together, as <see cref="PacketRecords"/>. Taking transmits after it, rather than after each
    /// packet, saves acknowledgments.
    /// </summary>
    public void HandlePackets(ClockReading now, PeerLink link, TransportSession session, in InternetEndpoint source, Span<byte> records)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(session);
        if (!_links.TryGetValue(link.Id, out RemotePeer? peer) || !IsWayTo(peer, source))
        {
            return;
        }

        while (PacketRecords.TryRead(ref records, out Span<byte> bytes, out StackPacket packet, out bool isVerified))
        {
            DispatchPacket(now, peer, session, source, bytes, packet, isVerified);
        }

        Settle(now);
    }

    /// <summary>A packet of the TUN device that the fast path could not send: it waits for a handshake here.</summary>
    public void HandleTunPacket(ClockReading now, ReadOnlySpan<byte> packet)
    {
        // Somebody may have raised the device's MTU by hand; what no buffer holds is dropped, as on any link.
        if (packet.Length <= TransmitBufferBytes - SealOverheadBytes
            && TryReadAddresses(packet, out InternetAddress from, out InternetAddress to)
            && _routes.TryGetValue(to, out PeerRoute route)
            && route.Local == from)
        {
            WantPeer(now, route.Peer);
            _tunnel.Send(now, route.Peer.Tunnel, packet);
            NoteSent(now, route.Peer);
            Settle(now);
        }
    }

    /// <summary>The fast path saw traffic of a peer: the first packet on a session, another source, or simply half a second of it.</summary>
    public void HandleTraffic(ClockReading now, PeerLink link, TransportSession session, in InternetEndpoint source, bool received)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(session);
        if (!_links.TryGetValue(link.Id, out RemotePeer? peer))
        {
            return;
        }

        peer.Machine.HandleTraffic(now, peer.Tunnel, session, received, source);
        if (received && !session.IsRetired)
        {
            NoteAuthentic(now, source);
            NoteHeard(now, peer, source);
        }
        else if (!received)
        {
            NoteSent(now, peer);
        }

        Settle(now);
    }

    private bool TryHandleWith(TunnelMachine machine, ClockReading now, in InternetEndpoint source, Span<byte> datagram)
    {
        TunnelVerdict verdict = machine.HandleDatagram(now, source, datagram, out TunnelPeer? tunnel, out TransportSession? session, out Span<byte> plaintext);
        if (verdict == TunnelVerdict.Ignored)
        {
            return false;
        }

        if (tunnel is not null && _links.TryGetValue(tunnel.Link.Id, out RemotePeer? peer) && IsWayTo(peer, source))
        {
            NoteAuthentic(now, source);
            if (verdict is TunnelVerdict.Keepalive or TunnelVerdict.Plaintext)
            {
                NoteHeard(now, peer, source);
            }

            if (verdict == TunnelVerdict.Plaintext && MayDispatch(now, peer, plaintext))
            {
                Dispatch(now, peer, session!, source, plaintext);
            }
        }

        return true;
    }

    // What the packet path opened, the shell has held against the same budget before it waited here.
    private static bool MayDispatch(ClockReading now, RemotePeer peer, ReadOnlySpan<byte> plaintext) =>
        plaintext.IsEmpty || plaintext[0] >> 4 is 4 or 6 || plaintext[0] == (byte)FrameType.Relay || peer.Link.Flood.TryTakeFrame(now);

    private void NoteHeard(ClockReading now, RemotePeer peer, in InternetEndpoint source)
    {
        if (IsAtHome(now, peer, source) && peer.Paths is { } paths && IsWayTo(peer, source))
        {
            paths.HandlePacketFrom(now, source);
            Touch(now, peer);
        }
    }

    // A path that data is sent on must show that it is alive.
    private void NoteSent(ClockReading now, RemotePeer peer)
    {
        if (peer.Paths is { } paths)
        {
            paths.HandleDataSent(now);
            Touch(now, peer);
        }
    }

    private void Dispatch(ClockReading now, RemotePeer peer, TransportSession session, in InternetEndpoint source, Span<byte> plaintext)
    {
        if (plaintext.IsEmpty)
        {
            return;
        }

        if (plaintext[0] >> 4 is 4 or 6)
        {
            // What follows the packet is WireGuard's padding.
            if (PacketLength(plaintext) is { } length && length <= plaintext.Length)
            {
                DispatchPacket(now, peer, session, source, plaintext[..length], new StackPacket(length), isVerified: false);
            }
        }
        else if (peer.Kind == RemotePeerKind.Member)
        {
            DispatchFrame(now, peer, session, source, plaintext);
        }
    }

    private void DispatchPacket(
        ClockReading now, RemotePeer peer, TransportSession session, in InternetEndpoint source, Span<byte> packet, in StackPacket description, bool isVerified)
    {
        if (!TryReadAddresses(packet, out InternetAddress from, out InternetAddress to))
        {
            return;
        }

        bool allowed = peer.Kind switch
        {
            RemotePeerKind.Member => _routes.TryGetValue(from, out PeerRoute route) && route.Peer == peer && route.Local == to,
            RemotePeerKind.Invite => IsJoinPacket(packet, to) && NoteGuest(now, peer, session, source, from, to),
            RemotePeerKind.JoinHost => IsFromJoinHost(peer, from, to),
            _ => false,
        };
        if (allowed && peer.Kind == RemotePeerKind.Member)
        {
            // It speaks as itself now.
            _guests.Remove(from);
        }

        if (allowed && !_stack.HandlePacket(now, packet, isVerified) && peer.Kind == RemotePeerKind.Member)
        {
            DispatchUnknown(now, packet, description);
        }
    }

    // The stack knows nobody it is for. What had been joined for the stack is cut again.
    private void DispatchUnknown(ClockReading now, ReadOnlySpan<byte> packet, in StackPacket description)
    {
        int count = _options.HasTun ? LargeSegment.CountPieces(description) : 1;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> piece = packet;
            if (description.IsLarge)
            {
                piece = _packetBuffer.AsSpan(0, LargeSegment.WritePiece(packet, description, i, _packetBuffer));
            }

            if (_options.HasTun)
            {
                QueueTun(piece);
            }
            else
            {
                _stack.Refuse(now, piece);
            }
        }
    }

    // A newcomer may speak TCP to the control port and nothing else.
    private static bool IsJoinPacket(ReadOnlySpan<byte> packet, InternetAddress to) =>
        !to.IsV4 && packet.Length >= 44 && packet[6] == ProtocolTcp && BinaryPrimitives.ReadUInt16BigEndian(packet[42..]) == ControlConstants.Port;

    private bool NoteGuest(ClockReading now, RemotePeer invite, TransportSession session, in InternetEndpoint source, InternetAddress from, InternetAddress to)
    {
        LocalNetwork network = invite.Networks[0];
        if (network.Self is not { } self || self.V6 != to || !from.IsIn(to, VirtualAddress.V6PrefixBits) || from == to)
        {
            return false;
        }

        // Whoever holds an invite could claim the address of a member; a member that is there as itself keeps it.
        if (_routes.TryGetValue(from, out PeerRoute route) && route.Peer.Paths is { Online: true })
        {
            return false;
        }

        if (!_guests.TryGetValue(from, out JoinGuest? guest) || guest.Invite != invite)
        {
            if (_guests.Count >= NodeLimits.GuestsMax)
            {
                _guests.Remove(_guests.MinBy(entry => entry.Value.LastHeard).Key);
            }

            guest = new JoinGuest(invite, network, from) { Session = session, Endpoint = source };
            _guests[from] = guest;
        }

        guest.Session = session;
        guest.Endpoint = source;
        guest.LastHeard = now;
        return true;
    }

    private void DispatchFrame(ClockReading now, RemotePeer peer, TransportSession session, in InternetEndpoint source, Span<byte> frame)
    {
        switch (frame[0])
        {
            case (byte)FrameType.PathPing when PathPing.TryDecode(frame, out PathPing ping):
                AnswerPing(now, peer, source, ping);
                break;
            case (byte)FrameType.PathPong when PathPong.TryDecode(frame, out PathPong pong):
                if (!TryAnswerUserPing(now, peer, source, pong.Id) && peer.Paths is { } paths)
                {
                    paths.HandlePong(now, source, pong.Id, pong.Observed);
                    Touch(now, peer);
                }

                NoteObserved(now, peer, source, pong.Observed);
                break;
            case (byte)FrameType.CallMe when CallMe.TryDecode(frame, out CallMe? callMe):
                HandleCall(now, peer, source, callMe);
                break;
            case (byte)FrameType.WitnessAsk when WitnessAsk.TryDecode(frame, out WitnessAsk ask):
                AnswerWitness(now, peer, source, ask);
                break;
            case (byte)FrameType.Witness when Witness.TryDecode(frame, out Witness witness):
                HandleWitness(now, peer, witness);
                break;
            case (byte)FrameType.Goodbye when Goodbye.TryDecode(frame, out _):
                HandleGoodbye(now, peer, session);
                break;
            case (byte)FrameType.Relay:
                HandleRelay(now, peer, source, frame);
                break;
            default:
                break;
        }
    }

    private void AnswerPing(ClockReading now, RemotePeer peer, in InternetEndpoint source, in PathPing ping)
    {
        Span<byte> frame = stackalloc byte[PathPong.BytesMax];
        InternetEndpoint observed = PathAddress.IsSpecial(source) ? default : source;
        int length = new PathPong(ping.Id, observed).Encode(frame);
        SendFrameTo(now, peer, source, frame[..length]);
    }

    // The length a packet states of itself; null for what is too short to be one.
    private static int? PacketLength(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 20)
        {
            return null;
        }

        return packet[0] >> 4 == 4
            ? BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) is ushort total and >= 20 ? total : null
            : 40 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
    }

    private static bool TryReadAddresses(ReadOnlySpan<byte> packet, out InternetAddress from, out InternetAddress to)
    {
        if (packet.Length >= 40 && packet[0] >> 4 == 6)
        {
            from = InternetAddress.FromBytes(packet.Slice(8, 16));
            to = InternetAddress.FromBytes(packet.Slice(24, 16));
            return true;
        }

        if (packet.Length >= 20 && packet[0] >> 4 == 4)
        {
            from = InternetAddress.FromBytes(packet.Slice(12, 4));
            to = InternetAddress.FromBytes(packet.Slice(16, 4));
            return true;
        }

        from = default;
        to = default;
        return false;
    }
}
