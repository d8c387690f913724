using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <content>How sessions follow one another.</content>
public sealed partial class TunnelMachine
{
    private SessionSlot AddSlot(Instant now, TunnelPeer peer, uint localIndex, uint remoteIndex, bool isInitiator, in InternetEndpoint endpoint)
    {
        TransportSession session = new(localIndex, remoteIndex, _sessionKeys.Send, _sessionKeys.Receive, isInitiator, now);
        _sessionKeys.Dispose();
        SessionSlot slot = new(peer, session, endpoint, now);
        _receivers.Add(localIndex, slot);
        Version++;
        return slot;
    }

    /// <summary>As initiator we hold proof that the peer has the keys, so the new session takes over at once.</summary>
    private void InstallAsInitiator(TunnelPeer peer, SessionSlot slot)
    {
        if (!peer.GivesWay)
        {
            // If both sides began at the same time, the peer may be sending on the session it began: keep that one for receiving.
            KeepForReceiving(peer, peer.Next);
            peer.Next = null;
        }

        KeepForReceiving(peer, peer.Current);
        peer.Current = slot;
        peer.Link.Current = slot.Session;
    }

    /// <summary>As responder we must not send before the peer has shown that it got our response.</summary>
    private void InstallAsResponder(TunnelPeer peer, SessionSlot slot)
    {
        if (peer.Several is not null)
        {
            InstallAmongSeveral(peer.Several, slot);
            return;
        }

        Retire(peer.Next);
        peer.Next = slot;

        // Both sides began at the same time, and two sessions may come of it. They settle on the one that the side with the greater key began: this side goes
        // over to it once the peer speaks on it, but does not count on that, for the initiation may be an old one replayed after a restart.
        peer.GivesWay = peer.IsHandshakeUnderWay && peer.PublicKey.CompareTo(_keys.PublicKey) > 0;
    }

    private void KeepForReceiving(TunnelPeer peer, SessionSlot? slot)
    {
        if (slot is null)
        {
            return;
        }

        peer.Previous.Add(slot);
        if (peer.Previous.Count > TunnelLimits.PreviousSessionsMax)
        {
            Retire(peer.Previous[0]);
        }
    }

    private void InstallAmongSeveral(List<SessionSlot> several, SessionSlot slot)
    {
        if (several.Count >= TunnelLimits.SeveralSessionsMax)
        {
            // A session nobody has spoken on goes first; then the one that has been quiet the longest.
            SessionSlot leaving = several.MinBy(static candidate => (candidate.IsConfirmed, candidate.LastHeard.Ticks))!;
            Retire(leaving);
        }

        several.Add(slot);
    }

    private void OnReceived(ClockReading now, SessionSlot slot, InternetEndpoint? source)
    {
        TunnelPeer peer = slot.Peer;
        slot.LastHeard = now;
        slot.Endpoint = source ?? slot.Endpoint;
        if (peer.Several is not null)
        {
            peer.Current = slot;
        }

        if (!slot.IsConfirmed)
        {
            Confirm(now, slot);
        }

        if (slot == peer.Current && slot.Session.IsInitiator && !slot.RenewedOnReceive
            && now.Monotonic - slot.Session.Created >= TunnelSpecification.RekeyOnReceiveAfterTime)
        {
            slot.RenewedOnReceive = true;
            BeginIfDue(now, peer);
        }
    }

    private void Confirm(ClockReading now, SessionSlot slot)
    {
        TunnelPeer peer = slot.Peer;
        slot.IsConfirmed = true;
        if (slot == peer.Next)
        {
            KeepForReceiving(peer, peer.Current);
            peer.Current = slot;
            peer.Next = null;
            peer.Link.Current = slot.Session;

            // A handshake of our own, if one is under way, has become superfluous.
            EndAttempt(peer);
        }

        Establish(now, slot);
        FlushStaged(now, peer);
    }

    private void Establish(Instant now, SessionSlot slot)
    {
        slot.Peer.LastHandshake = now;
        slot.Peer.GaveUpAt = null;
        slot.Peer.HandshakesCompleted++;
        HandshakesCompleted++;
        Raise(TunnelEventKind.SessionEstablished, slot.Peer, slot.Session, slot.Endpoint);
    }

    private void AfterSent(ClockReading now, SessionSlot slot)
    {
        TransportSession session = slot.Session;
        if (session.NextCounter > _options.RekeyAfterMessages
            || (session.IsInitiator && now.Monotonic - session.Created >= TunnelSpecification.RekeyAfterTime))
        {
            BeginIfDue(now, slot.Peer);
        }
    }

    private void Retire(SessionSlot? slot)
    {
        if (slot is null)
        {
            return;
        }

        TunnelPeer peer = slot.Peer;
        slot.Session.Retire();
        _cipher.ForgetKeys();
        _receivers.Remove(slot.Session.LocalIndex);
        _indices.Release(slot.Session.LocalIndex);
        Version++;
        if (peer.Link.Current == slot.Session)
        {
            peer.Link.Current = null;
        }

        peer.Several?.Remove(slot);
        peer.Previous.Remove(slot);
        peer.Next = peer.Next == slot ? null : peer.Next;
        peer.Current = peer.Current == slot ? LatestHeard(peer) : peer.Current;
        if (slot.IsConfirmed)
        {
            Raise(TunnelEventKind.SessionEnded, peer, slot.Session);
        }
    }

    private static SessionSlot? LatestHeard(TunnelPeer peer) =>
        peer.Several?.Where(static slot => slot.IsConfirmed).MaxBy(static slot => slot.LastHeard.Ticks);

    /// <summary>
    /// Seals one short packet on each session with a peer: for a last word, which counts on the newest session only, and the two sides need not agree which that
    /// is. None for a peer with several devices.
    /// </summary>
    public IReadOnlyList<byte[]> SealOnEverySession(ClockReading now, TunnelPeer peer, ReadOnlyMemory<byte> plaintext)
    {
        ArgumentNullException.ThrowIfNull(peer);
        List<byte[]> packets = [];
        foreach (SessionSlot slot in peer.Several is null ? SlotsOf(peer) : [])
        {
            byte[] packet = new byte[TransportHeader.PaddedLength(plaintext.Span) + TransportHeader.OverheadBytes];
            if (slot.IsUsable(now) && TrySealOn(now, slot, plaintext.Span, packet))
            {
                packets.Add(packet);
            }
        }

        return packets;
    }

    /// <summary>
    /// The peer says on a session that it ends: all sessions with it are retired, packets that wait for one are dropped, and a handshake under way is given up.
    /// False, and nothing is done, unless it is the newest session with the peer.
    /// </summary>
    public bool EndSessions(TunnelPeer peer, TransportSession session)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(session);
        if (peer.Several is not null || SlotsOf(peer).MaxBy(static slot => slot.Session.Created.Ticks)?.Session != session)
        {
            return false;
        }

        RetireAll(peer);
        EndAttempt(peer);
        peer.Staged.Clear();
        Reschedule(peer);
        return true;
    }

    private static IEnumerable<SessionSlot> SlotsOf(TunnelPeer peer) => peer.Previous.Append(peer.Current).Append(peer.Next).OfType<SessionSlot>();

    private void RetireAll(TunnelPeer peer)
    {
        RetireAll(peer.Previous);
        RetireAll(peer.Several ?? []);
        Retire(peer.Next);
        Retire(peer.Current);
    }

    private void RetireAll(List<SessionSlot> slots)
    {
        while (slots is [.., SessionSlot last])
        {
            Retire(last);
        }
    }

    private void RetireExpired(Instant now, TunnelPeer peer)
    {
        RetireExpired(now, peer.Previous);
        RetireExpired(now, peer.Several ?? []);
        RetireIfExpired(now, peer.Current);
        RetireIfExpired(now, peer.Next);
    }

    private void RetireExpired(Instant now, List<SessionSlot> slots)
    {
        for (int i = slots.Count - 1; i >= 0; i--)
        {
            RetireIfExpired(now, slots[i]);
        }
    }

    private void RetireIfExpired(Instant now, SessionSlot? slot)
    {
        if (slot is not null && now >= slot.ExpiresAt)
        {
            Retire(slot);
        }
    }

    /// <summary>The session to seal with now, or null.</summary>
    private static SessionSlot? SlotFor(Instant now, TunnelPeer peer, TransportSession? session)
    {
        if (peer.Several is { } several && session is not null)
        {
            return SlotAmongSeveral(now, several, session);
        }

        return peer.Current is { } current && current.IsUsable(now) ? current : null;
    }

    private static SessionSlot? SlotAmongSeveral(Instant now, List<SessionSlot> several, TransportSession session)
    {
        // The device that spoke on the session may have renewed it since: its newest session is the one from the same endpoint.
        SessionSlot? spoken = several.Find(slot => slot.Session == session);
        return spoken is null ? null : several.FindLast(slot => slot.IsConfirmed && slot.IsUsable(now) && slot.Endpoint == spoken.Endpoint);
    }
}
