using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <content>What comes in.</content>
public sealed partial class TunnelMachine
{
    /// <summary>
    /// Takes one datagram of the types 1 to 4. Whatever is not authentic is answered with silence, or under load with a cookie, after bounded work.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="source">Where it came from; none for what came through a relay.</param>
    /// <param name="datagram">The datagram; a packet is opened in place.</param>
    /// <param name="peer">Who sent it, once that is proven: with a plaintext, a keepalive, or a session that came of a handshake.</param>
    /// <param name="session">The session it came over, or the one that came of it.</param>
    /// <param name="plaintext">The opened packet inside <paramref name="datagram"/>.</param>
    public TunnelVerdict HandleDatagram(
        ClockReading now, in InternetEndpoint source, Span<byte> datagram, out TunnelPeer? peer, out TransportSession? session, out Span<byte> plaintext)
    {
        plaintext = default;
        peer = null;
        session = null;
        return TunnelMessage.TypeOf(datagram) switch
        {
            TunnelMessageType.Initiation => HandleInitiation(now, source, datagram, out peer, out session),
            TunnelMessageType.Response => HandleResponse(now, source, datagram, out peer, out session),
            TunnelMessageType.CookieReply => HandleCookieReply(now, datagram),
            TunnelMessageType.Transport => HandleTransport(now, source, datagram, out peer, out session, out plaintext),
            _ => TunnelVerdict.Ignored,
        };
    }

    /// <summary>
    /// Brings a report of the fast path: packets of a peer were received or sent on a session. Must be called for the first packet received on a session,
    /// which proves it, and otherwise when <see cref="PeerTraffic.ShouldNotify"/> says so. A session that has ended meanwhile is no error.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="peer">Whose packets they were.</param>
    /// <param name="session">Over which they went.</param>
    /// <param name="received">Whether they were received.</param>
    /// <param name="source">Where they came from, if known: with several devices, answers to this session go there.</param>
    public void HandleTraffic(ClockReading now, TunnelPeer peer, TransportSession session, bool received, in InternetEndpoint source = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(session);
        if (peer.ScheduleIndex < 0)
        {
            return;
        }

        if (_receivers.TryGetValue(session.LocalIndex, out SessionSlot? slot) && slot.Session == session && slot.IsUsable(now))
        {
            if (received)
            {
                OnReceived(now, slot, source.IsNone ? null : source);
            }
            else
            {
                AfterSent(now, slot);
            }
        }

        // The fast path reports at most once per interval, so what it did within this one is looked at when it is over.
        peer.FollowUpAt = now.Monotonic + PeerTraffic.NotifyInterval;
        Reschedule(peer);
    }

    private TunnelVerdict HandleTransport(
        ClockReading now, in InternetEndpoint source, Span<byte> datagram, out TunnelPeer? peer, out TransportSession? session, out Span<byte> plaintext)
    {
        peer = null;
        session = null;
        plaintext = default;
        if (!TransportHeader.TryDecode(datagram, out TransportHeader header)
            || !_receivers.TryGetValue(header.Receiver, out SessionSlot? slot)
            || !slot.IsUsable(now))
        {
            return TunnelVerdict.Ignored;
        }

        Span<byte> body = datagram[TransportHeader.Length..];
        if (!_cipher.TryOpen(slot.Session.ReceiveKey, header.Counter, default, body, body) || !slot.Session.TryAccept(header.Counter))
        {
            return TunnelVerdict.Ignored;
        }

        plaintext = body[..^TunnelSpecification.TagBytes];
        peer = slot.Peer;
        session = slot.Session;
        peer.Link.Traffic.NoteReceived(now, 1, datagram.Length, isData: !plaintext.IsEmpty);
        OnReceived(now, slot, source);
        Reschedule(peer);
        return plaintext.IsEmpty ? TunnelVerdict.Keepalive : TunnelVerdict.Plaintext;
    }
}
