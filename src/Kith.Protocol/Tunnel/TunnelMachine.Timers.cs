using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <content>
/// What happens by itself (WireGuard section 6). Nothing is armed or cancelled: each deadline is computed from what is known of the peer, because the fast path
/// changes that behind the machine's back.
/// </content>
public sealed partial class TunnelMachine
{
    // A deadline that a timer could not act upon is looked at again after this, so that no call runs for ever.
    private static readonly TimeSpan s_timerStep = TimeSpan.FromMilliseconds(1);

    /// <summary>When <see cref="HandleTimeout"/> must be called; <see cref="Instant.Never"/> if nothing is to come.</summary>
    public Instant NextTimeout => _schedule.Next;

    /// <summary>Does everything that is due. Calling early or late is harmless.</summary>
    public void HandleTimeout(ClockReading now)
    {
        while (_schedule.First is { } peer && peer.Deadline <= now)
        {
            RunTimers(now, peer);
            _schedule.Update(peer, Instant.Max(DeadlineOf(peer), now.Monotonic + s_timerStep));
        }
    }

    private void Reschedule(TunnelPeer peer) => _schedule.Update(peer, DeadlineOf(peer));

    private void RunTimers(ClockReading now, TunnelPeer peer)
    {
        RetireExpired(now, peer);
        if (now >= peer.FollowUpAt)
        {
            peer.FollowUpAt = Instant.Never;
        }

        if (now >= peer.RetryAt)
        {
            RetryOrGiveUp(now, peer);
        }

        if (now >= UnansweredDeadline(peer) || now >= StagedDeadline(peer))
        {
            BeginIfDue(now, peer);
        }

        if (now >= PassiveKeepaliveDeadline(peer) || now >= PersistentKeepaliveDeadline(peer))
        {
            SendKeepalive(now, peer);
        }
    }

    private void RetryOrGiveUp(ClockReading now, TunnelPeer peer)
    {
        if (now.Monotonic - peer.AttemptStarted < peer.AttemptTime)
        {
            SendInitiation(now, peer);
            return;
        }

        EndAttempt(peer);
        peer.Staged.Clear();
        peer.GaveUpAt = now;
        Raise(TunnelEventKind.PeerUnreachable, peer);
    }

    private static Instant DeadlineOf(TunnelPeer peer)
    {
        Instant deadline = Instant.Min(peer.FollowUpAt, peer.RetryAt);
        deadline = Instant.Min(deadline, ExpiryOf(peer.Current));
        deadline = Instant.Min(deadline, ExpiryOf(peer.Next));
        deadline = Instant.Min(deadline, ExpiryOf(peer.Previous));
        deadline = Instant.Min(deadline, ExpiryOf(peer.Several));
        deadline = Instant.Min(deadline, UnansweredDeadline(peer));
        deadline = Instant.Min(deadline, StagedDeadline(peer));
        deadline = Instant.Min(deadline, PassiveKeepaliveDeadline(peer));
        return Instant.Min(deadline, PersistentKeepaliveDeadline(peer));
    }

    private static Instant ExpiryOf(SessionSlot? slot) => slot is null ? Instant.Never : slot.ExpiresAt;

    private static Instant ExpiryOf(List<SessionSlot>? slots)
    {
        Instant expiry = Instant.Never;
        for (int i = 0; i < slots?.Count; i++)
        {
            expiry = Instant.Min(expiry, slots[i].ExpiresAt);
        }

        return expiry;
    }

    /// <summary>Data went out and nothing came back: the peer may have lost its keys.</summary>
    private static Instant UnansweredDeadline(TunnelPeer peer)
    {
        if (peer.Several is not null || peer.IsHandshakeUnderWay || peer.Link.Traffic.FirstUnansweredDataSent is not { } since)
        {
            return Instant.Never;
        }

        if (peer.GaveUpAt is { } gaveUp && gaveUp >= since)
        {
            // Tried in vain already: only for what was sent after that is it tried again.
            if (peer.Link.Traffic.LastSent is not { } lastSent || lastSent <= gaveUp)
            {
                return Instant.Never;
            }

            since = gaveUp;
        }

        return Instant.Max(since + TunnelSpecification.UnansweredTimeout + peer.Jitter, QuietUntil(peer));
    }

    /// <summary>Packets wait, and the handshake they wait for was put off because either side had just spoken of one.</summary>
    private static Instant StagedDeadline(TunnelPeer peer) =>
        peer.Staged.Count == 0 || peer.IsHandshakeUnderWay ? Instant.Never : QuietUntil(peer);

    /// <summary>Data came in and nothing went out: the peer must not take us for dead.</summary>
    private static Instant PassiveKeepaliveDeadline(TunnelPeer peer)
    {
        bool canOnlyAnswer = peer.Several is not null && peer.Current is null;
        if (canOnlyAnswer || peer.Link.Traffic.FirstUnacknowledgedDataReceived is not { } since)
        {
            return Instant.Never;
        }

        Instant from = peer.LastKeepaliveTry is { } tried ? Instant.Max(since, tried) : since;
        return from + TunnelSpecification.KeepaliveTimeout;
    }

    private static Instant PersistentKeepaliveDeadline(TunnelPeer peer)
    {
        if (peer.PersistentKeepalive is not { } interval || peer.KeepaliveSetAt is not { } from)
        {
            return Instant.Never;
        }

        from = peer.LastKeepaliveTry is { } tried ? Instant.Max(from, tried) : from;
        from = peer.Link.Traffic.LastSent is { } sent ? Instant.Max(from, sent) : from;
        from = peer.Link.Traffic.LastReceived is { } received ? Instant.Max(from, received) : from;
        return from + interval;
    }
}
