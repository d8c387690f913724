using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <content>What goes out.</content>
public sealed partial class TunnelMachine
{
    /// <summary>
    /// Seals a packet on the current session and queues it, or stages it (bounded, see <see cref="PacketQueue"/>) and begins a handshake. For a peer with several
    /// devices a packet that finds no session is dropped. Empty is a keepalive.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="peer">For whom.</param>
    /// <param name="plaintext">An IP packet or a Kith frame, at most <see cref="TunnelLimits.PlaintextBytesMax"/> bytes.</param>
    /// <param name="session">With several devices: the session that is answered. Null takes the one heard last; other peers have one only.</param>
    /// <exception cref="ArgumentException">The plaintext is too long.</exception>
    public void Send(ClockReading now, TunnelPeer peer, ReadOnlySpan<byte> plaintext, TransportSession? session = null)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ThrowIfTooLong(plaintext);
        if (peer.ScheduleIndex < 0)
        {
            return;
        }

        bool queued = SlotFor(now, peer, session) is { } slot && TryQueuePacket(now, slot, plaintext);
        if (!queued && peer.Several is null)
        {
            peer.Staged.Enqueue(plaintext);
            BeginIfDue(now, peer);
        }

        Reschedule(peer);
    }

    /// <summary>
    /// Seals one packet into the caller's memory for the caller to send: for probes of single paths. Nothing is staged and nothing begun; false without a session.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="peer">For whom.</param>
    /// <param name="plaintext">An IP packet or a Kith frame, at most <see cref="TunnelLimits.PlaintextBytesMax"/> bytes.</param>
    /// <param name="destination">At least the padded length and <see cref="TransportHeader.OverheadBytes"/> more.</param>
    /// <param name="length">The datagram's length.</param>
    /// <param name="session">As for <see cref="Send"/>.</param>
    /// <exception cref="ArgumentException">The plaintext is too long or the destination too short.</exception>
    public bool TrySeal(
        ClockReading now, TunnelPeer peer, ReadOnlySpan<byte> plaintext, Span<byte> destination, out int length, TransportSession? session = null)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ThrowIfTooLong(plaintext);
        length = TransportHeader.PaddedLength(plaintext) + TransportHeader.OverheadBytes;
        if (destination.Length < length)
        {
            throw new ArgumentException("The destination is too short.", nameof(destination));
        }

        if (SlotFor(now, peer, session) is not { } slot || !TrySealOn(now, slot, plaintext, destination[..length]))
        {
            length = 0;
            return false;
        }

        Reschedule(peer);
        return true;
    }

    /// <summary>
    /// Begins a handshake now, also when a session exists. While one is under way it sends the next initiation, but not within
    /// <see cref="TunnelSpecification.RekeyTimeout"/> of the last. Does nothing for a peer with several devices.
    /// </summary>
    public void BeginHandshake(ClockReading now, TunnelPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (peer.ScheduleIndex < 0 || peer.Several is not null)
        {
            return;
        }

        if (!peer.IsHandshakeUnderWay)
        {
            BeginAttempt(now, peer);
        }
        else if (now.Monotonic - peer.LastHandshakeSent >= TunnelSpecification.RekeyTimeout)
        {
            SendInitiation(now, peer);
        }

        Reschedule(peer);
    }

    /// <summary>
    /// Sends the next initiation early while an attempt is young: after a second, once more after two and a half. For peers whose ways are many and partly
    /// closed: the copy that came first may have come on a way that leads in one direction only, and then the others count as replays. Call it about once a second.
    /// </summary>
    public void HurryHandshake(ClockReading now, TunnelPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (!peer.IsHandshakeUnderWay || peer.ScheduleIndex < 0 || peer.LastHandshakeSent is not { } sent)
        {
            return;
        }

        TimeSpan age = sent - peer.AttemptStarted;
        TimeSpan wait = age < TunnelLimits.HurryFirst ? TunnelLimits.HurryFirst : TunnelLimits.HurrySecond;
        if (age < TunnelLimits.HurrySecond && now.Monotonic - sent >= wait)
        {
            SendInitiation(now, peer);
            Reschedule(peer);
        }
    }

    /// <summary>Sets after how much silence in both directions an empty packet is sent to a peer; null for never, which is the default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval is shorter than <see cref="TunnelLimits.PersistentKeepaliveMin"/>.</exception>
    public void SetPersistentKeepalive(ClockReading now, TunnelPeer peer, TimeSpan? interval)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (interval < TunnelLimits.PersistentKeepaliveMin)
        {
            throw new ArgumentOutOfRangeException(nameof(interval));
        }

        if (peer.ScheduleIndex < 0)
        {
            return;
        }

        // Switching it on says that the way should be open now, not after the first interval.
        bool switchedOn = peer.PersistentKeepalive is null && interval is not null;
        peer.PersistentKeepalive = interval;
        peer.KeepaliveSetAt = now;
        if (switchedOn)
        {
            SendKeepalive(now, peer);
        }

        Reschedule(peer);
    }

    private void SendKeepalive(ClockReading now, TunnelPeer peer)
    {
        peer.LastKeepaliveTry = now;
        if (peer.Staged.Count == 0 || SlotFor(now, peer, null) is not null)
        {
            Send(now, peer, default);
        }
    }

    private void FlushStaged(ClockReading now, TunnelPeer peer)
    {
        while (SlotFor(now, peer, null) is { } slot && peer.Staged.TryPeek(out ReadOnlySpan<byte> packet) && TryQueuePacket(now, slot, packet))
        {
            peer.Staged.RemoveFirst();
        }
    }

    private bool TryQueuePacket(ClockReading now, SessionSlot slot, ReadOnlySpan<byte> plaintext)
    {
        int length = TransportHeader.PaddedLength(plaintext) + TransportHeader.OverheadBytes;
        if (!_transmits.TryReserve(length, out byte[] buffer))
        {
            return true;
        }

        if (!TrySealOn(now, slot, plaintext, buffer.AsSpan(0, length)))
        {
            TransmitQueue.Abandon(buffer);
            return false;
        }

        InternetEndpoint endpoint = slot.Peer.Several is null ? default : slot.Endpoint;
        _transmits.Commit(buffer, length, slot.Peer, endpoint, TunnelMessageType.Transport);
        return true;
    }

    private bool TrySealOn(ClockReading now, SessionSlot slot, ReadOnlySpan<byte> plaintext, Span<byte> datagram)
    {
        TransportSession session = slot.Session;
        if (!session.TryTakeCounters(1, out ulong counter))
        {
            BeginIfDue(now, slot.Peer);
            return false;
        }

        new TransportHeader(session.RemoteIndex, counter).Encode(datagram);
        Span<byte> body = datagram[TransportHeader.Length..];
        Span<byte> padded = body[..^TunnelSpecification.TagBytes];
        plaintext.CopyTo(padded);
        padded[plaintext.Length..].Clear();
        _cipher.Seal(session.SendKey, counter, default, padded, body);
        slot.Peer.Link.Traffic.NoteSent(now, 1, datagram.Length, isData: !plaintext.IsEmpty);
        AfterSent(now, slot);
        return true;
    }

    private static void ThrowIfTooLong(ReadOnlySpan<byte> plaintext)
    {
        if (plaintext.Length > TunnelLimits.PlaintextBytesMax)
        {
            throw new ArgumentException("The packet is too long.", nameof(plaintext));
        }
    }
}
