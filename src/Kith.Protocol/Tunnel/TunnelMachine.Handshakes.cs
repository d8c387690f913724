using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <content>Handshakes in both roles.</content>
public sealed partial class TunnelMachine
{
    /// <summary>Begins a handshake unless one is under way or either side spoke of one just now.</summary>
    private void BeginIfDue(ClockReading now, TunnelPeer peer)
    {
        if (peer.Several is null && !peer.IsHandshakeUnderWay && now >= QuietUntil(peer))
        {
            BeginAttempt(now, peer);
        }
    }

    private static Instant QuietUntil(TunnelPeer peer) =>
        peer.LastHandshakeSent is { } sent ? sent + TunnelSpecification.RekeyTimeout : new Instant(long.MinValue);

    private void BeginAttempt(ClockReading now, TunnelPeer peer)
    {
        peer.IsHandshakeUnderWay = true;
        peer.GivesWay = false;
        peer.AttemptStarted = now;
        SendInitiation(now, peer);
    }

    private void EndAttempt(TunnelPeer peer)
    {
        ReleasePending(peer);
        peer.Initiator.Wipe();
        peer.IsHandshakeUnderWay = false;
        peer.RetryAt = Instant.Never;
    }

    private void ReleasePending(TunnelPeer peer)
    {
        if (peer.PendingIndex is { } index)
        {
            _pending.Remove(index);
            _indices.Release(index);
            peer.PendingIndex = null;
        }
    }

    private void SendInitiation(ClockReading now, TunnelPeer peer)
    {
        ReleasePending(peer);
        peer.Initiator.Wipe();
        peer.LastHandshakeSent = now;
        peer.Jitter = new TimeSpan(_random.NextBelow((int)TunnelLimits.RetryJitterMax.Ticks));
        peer.RetryAt = now.Monotonic + TunnelSpecification.RekeyTimeout + peer.Jitter;
        if (!_indices.TryAllocate(_random, out uint index))
        {
            return;
        }

        if (!_transmits.TryReserve(InitiationMessage.Length, out byte[] buffer))
        {
            _indices.Release(index);
            return;
        }

        Span<byte> message = buffer.AsSpan(0, InitiationMessage.Length);
        peer.Initiator.Begin(index, _clock.Next(now.WallMilliseconds), _random, message);
        peer.Cookies.AddMacs(now, message);
        peer.PendingIndex = index;
        peer.HasUsedCookie = false;
        peer.ResponsesTried = 0;
        peer.InitiationsSent++;
        _pending.Add(index, peer);
        peer.Link.Traffic.NoteSent(now, 1, message.Length, isData: false);
        _transmits.Commit(buffer, message.Length, peer, default, TunnelMessageType.Initiation);
    }

    private TunnelVerdict HandleInitiation(
        ClockReading now, in InternetEndpoint source, ReadOnlySpan<byte> datagram, out TunnelPeer? peer, out TransportSession? session)
    {
        peer = null;
        session = null;
        if (!InitiationMessage.TryDecode(datagram, out InitiationMessage message)
            || !Admit(now, source, datagram, message.Sender, message.Mac1)
            || _responder.ReadStatic(message, out Bytes32 key) != HandshakeError.None)
        {
            return TunnelVerdict.Ignored;
        }

        if (!_peers.TryGetValue(key, out TunnelPeer? known)
            || _responder.ReadTimestamp(message, known.Keys, out Tai64n timestamp) != HandshakeError.None
            || !known.Timestamps.IsFresh(timestamp)
            || IsFlooding(now, known)
            || !TryRespond(now, source, known, message.Sender, out session))
        {
            _responder.Wipe();
            return TunnelVerdict.Ignored;
        }

        known.Timestamps.TryAccept(timestamp);
        known.LastInitiationAccepted = now;
        known.InitiationsAccepted++;
        known.Link.Traffic.NoteReceived(now, 1, datagram.Length, isData: false);
        known.Link.Traffic.NoteSent(now, 1, ResponseMessage.Length, isData: false);
        peer = known;
        Reschedule(known);
        return TunnelVerdict.Handshake;
    }

    // Several devices that hold one key do not know of each other, so their initiations may come together.
    private static bool IsFlooding(Instant now, TunnelPeer peer) =>
        peer.Several is null && now - peer.LastInitiationAccepted < TunnelLimits.InitiationIntervalMin;

    private bool TryRespond(ClockReading now, in InternetEndpoint source, TunnelPeer peer, uint remoteIndex, out TransportSession? session)
    {
        session = null;
        if (!_indices.TryAllocate(_random, out uint index))
        {
            return false;
        }

        if (!_transmits.TryReserve(ResponseMessage.Length, out byte[] buffer))
        {
            _indices.Release(index);
            return false;
        }

        Span<byte> response = buffer.AsSpan(0, ResponseMessage.Length);
        if (_responder.Respond(peer.Keys, index, remoteIndex, _random, response, _sessionKeys) != HandshakeError.None)
        {
            _indices.Release(index);
            TransmitQueue.Abandon(buffer);
            return false;
        }

        peer.Cookies.AddMacs(now, response);
        peer.LastHandshakeSent = now;
        SessionSlot slot = AddSlot(now, peer, index, remoteIndex, isInitiator: false, source);
        InstallAsResponder(peer, slot);
        _transmits.Commit(buffer, response.Length, peer, source, TunnelMessageType.Response);
        session = slot.Session;
        return true;
    }

    private TunnelVerdict HandleResponse(
        ClockReading now, in InternetEndpoint source, ReadOnlySpan<byte> datagram, out TunnelPeer? peer, out TransportSession? session)
    {
        peer = null;
        session = null;
        if (!ResponseMessage.TryDecode(datagram, out ResponseMessage message)
            || !_pending.TryGetValue(message.Receiver, out TunnelPeer? known)
            || !AdmitResponse(now, source, datagram, known, message)
            || known.Initiator.TryComplete(message, _sessionKeys) != HandshakeError.None)
        {
            return TunnelVerdict.Ignored;
        }

        // The index goes on as the session's, so it is not released.
        _pending.Remove(message.Receiver);
        known.PendingIndex = null;
        EndAttempt(known);
        known.Link.Traffic.NoteReceived(now, 1, datagram.Length, isData: false);
        SessionSlot slot = AddSlot(now, known, message.Receiver, message.Sender, isInitiator: true, source);
        InstallAsInitiator(known, slot);
        Establish(now, slot);
        if (known.Staged.Count == 0)
        {
            // The responder may not send before it has heard something on the session.
            Send(now, known, default);
        }
        else
        {
            FlushStaged(now, known);
        }

        peer = known;
        session = slot.Session;
        Reschedule(known);
        return TunnelVerdict.Handshake;
    }

    private TunnelVerdict HandleCookieReply(ClockReading now, ReadOnlySpan<byte> datagram)
    {
        if (!CookieReplyMessage.TryDecode(datagram, out CookieReplyMessage message))
        {
            return TunnelVerdict.Ignored;
        }

        TunnelPeer? peer = _pending.TryGetValue(message.Receiver, out TunnelPeer? asInitiator)
            ? asInitiator
            : _receivers.TryGetValue(message.Receiver, out SessionSlot? slot) ? slot.Peer : null;
        if (peer is null || !peer.Cookies.TryTakeCookie(now, message))
        {
            return TunnelVerdict.Ignored;
        }

        // Whoever waits for the next retry while strangers flood the peer waits for seconds. Once for each initiation of our own, so that cookies draw no more of ours.
        if (asInitiator is not null && !asInitiator.HasUsedCookie)
        {
            SendInitiation(now, asInitiator);
            asInitiator.HasUsedCookie = true;
            Reschedule(asInitiator);
        }

        return TunnelVerdict.Handshake;
    }

    // Nobody who has not seen our initiation hits its index: a few answers to it are worked on also while others flood us.
    private bool AdmitResponse(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram, TunnelPeer peer, in ResponseMessage message)
    {
        if (peer.ResponsesTried == TunnelLimits.ResponsesPerInitiationMax)
        {
            return Admit(now, source, datagram, message.Sender, message.Mac1);
        }

        if (!_cookies.CheckMac1(datagram))
        {
            return false;
        }

        peer.ResponsesTried++;
        return true;
    }

    /// <summary>Whether a handshake message is to be worked on: meant for us, and under load from a proven address within its rate.</summary>
    private bool Admit(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> datagram, uint sender, ReadOnlySpan<byte> mac1)
    {
        if (!_cookies.CheckMac1(datagram))
        {
            return false;
        }

        if (!_load.Count(now))
        {
            return true;
        }

        if (_cookies.CheckMac2(now, source, datagram))
        {
            return _limiter.TryTake(now, source.Address);
        }

        // What came without an address, through a relay, has none that a cookie could prove: it waits for the load to pass.
        if (!source.IsNone && _transmits.TryReserve(CookieReplyMessage.Length, out byte[] buffer))
        {
            _cookies.WriteReply(now, source, sender, mac1, buffer.AsSpan(0, CookieReplyMessage.Length));
            _transmits.Commit(buffer, CookieReplyMessage.Length, null, source, TunnelMessageType.CookieReply);
        }

        return false;
    }
}
