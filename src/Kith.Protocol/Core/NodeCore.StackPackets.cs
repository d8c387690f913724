using Kith.Protocol.Netstack;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>The stack's packets on their way to those they are for.</content>
public sealed partial class NodeCore
{
    private readonly byte[] _packetBuffer = new byte[TransmitBufferBytes];

    /// <summary>
    /// Takes the next packet of the stack, where <see cref="NodeCoreOptions.LargeSegments"/> says that the shell wants them. Call when <see cref="TryGetTransmit"/>
    /// has returned false, so that what keeps paths and sessions alive goes first, as often as the way to the network takes packets.
    /// </summary>
    /// <param name="now">Both clocks.</param>
    /// <param name="buffer">At least <see cref="TransmitBufferBytes"/> bytes, the caller's. Large segments are as large as it is, up to <see cref="StackPacket.LengthMax"/>.</param>
    /// <param name="transmit">For whom it is.</param>
    public bool TryGetStackPacket(ClockReading now, Span<byte> buffer, out StackTransmit transmit)
    {
        transmit = default;
        if (!_options.LargeSegments || !_stack.TryGetPacket(now, buffer, out StackPacket packet))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = buffer[..packet.Length];
        if (!TryReadAddresses(bytes, out InternetAddress from, out InternetAddress to))
        {
            return true;
        }

        if (!_guests.ContainsKey(to) && _routes.TryGetValue(to, out PeerRoute route) && route.Local == from && route.Peer.Link is { Current: not null } link
            && (link.Endpoint is not null || link.Via is not null))
        {
            NoteSent(now, route.Peer);
            transmit = new StackTransmit(link, packet);
            return true;
        }

        int count = LargeSegment.CountPieces(packet);
        for (int i = 0; i < count; i++)
        {
            SendStackPacket(now, from, to, _packetBuffer.AsSpan(0, LargeSegment.WritePiece(bytes, packet, i, _packetBuffer)));
        }

        return true;
    }

    private bool TryMoveStackPacket(ClockReading now)
    {
        if (!_stack.TryGetPacket(now, _packetBuffer, out StackPacket packet))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _packetBuffer.AsSpan(0, packet.Length);
        if (TryReadAddresses(bytes, out InternetAddress from, out InternetAddress to))
        {
            SendStackPacket(now, from, to, bytes);
        }

        return true;
    }

    private void SendStackPacket(ClockReading now, InternetAddress from, InternetAddress to, ReadOnlySpan<byte> bytes)
    {
        if (_guests.TryGetValue(to, out JoinGuest? guest))
        {
            SendToGuest(now, guest, bytes);
        }
        else if (_routes.TryGetValue(to, out PeerRoute route) && route.Local == from)
        {
            _tunnel.Send(now, route.Peer.Tunnel, bytes);
            NoteSent(now, route.Peer);
        }
        else if (TryFindJoinRoute(from, to, out JoinAttempt? join, out RemotePeer? host))
        {
            join.Machine.Send(now, host.Tunnel, bytes);
        }
    }

    private static void SendToGuest(ClockReading now, JoinGuest guest, ReadOnlySpan<byte> packet) =>
        guest.Invite.Machine.Send(now, guest.Invite.Tunnel, packet, guest.Session);
}
