using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <content>The handshake: active, passive and simultaneous open (RFC 9293 sections 3.5 and 3.10.7.3).</content>
public sealed partial class TcpConnection
{
    /// <summary>How often an unanswered SYN-ACK is sent again before the half-open connection is forgotten.</summary>
    public const int SynAcknowledgeRepetitionsMax = 5;

    private bool _handshakePending;
    private bool _isPassive;
    private Instant _handshakeGiveUp;

    /// <summary>Starts an active open.</summary>
    internal void Open(Instant now)
    {
        _state = TcpState.SynSent;
        _sendNext = _initialSend + 1;
        _handshakeGiveUp = now + _stack.Options.ConnectTimeout;
        _timestamps = _stack.Options.Timestamps;
        _sack = _stack.Options.SelectiveAcknowledgment;
        _receiveScale = ScaleFor(_stack.Options.ReceiveBufferBytesMax);
        SendHandshake(now);
    }

    /// <summary>Starts a passive open with the SYN that a listener received.</summary>
    internal void Open(Instant now, in TcpSegment syn)
    {
        _isPassive = true;
        _state = TcpState.SynReceived;
        _sendNext = _initialSend + 1;
        _handshakeGiveUp = Instant.Never;
        _timestamps = _stack.Options.Timestamps;
        _sack = _stack.Options.SelectiveAcknowledgment;
        _receiveScale = ScaleFor(_stack.Options.ReceiveBufferBytesMax);
        TakeSyn(syn);
        SendHandshake(now);
    }

    /// <summary>Forgets a half-open connection without a word to anyone.</summary>
    internal void Forget(Instant now) => Terminate(now, CloseReason.TimedOut, reset: false);

    /// <summary>The local address is gone.</summary>
    internal void LoseAddress() => Terminate(default, CloseReason.AddressRemoved, reset: false);

    private static byte ScaleFor(int windowBytes)
    {
        byte scale = 0;
        while (scale < TcpOptions.WindowScaleMax && windowBytes >> scale > ushort.MaxValue)
        {
            scale++;
        }

        return scale;
    }

    // What the peer's SYN says, the same for all three ways to open.
    private void TakeSyn(in TcpSegment syn)
    {
        TcpOptions options = syn.Options;
        _isReceiving = true;
        _initialReceive = SequenceNumber.Base + syn.Sequence;
        _receiveNext = _initialReceive + 1;
        _receiveEdge = _receiveNext;
        _lastAcknowledgmentSent = _receiveNext;
        _receiveBuffer.StartAt(_receiveNext);
        _peerSegmentBytes = options.MaximumSegmentSize != 0 ? options.MaximumSegmentSize : (_key.Local.IsV4 ? SegmentBytesDefaultV4 : SegmentBytesDefaultV6);
        _timestamps &= options.HasTimestamps;
        _timestampRecent = options.TimestampValue;
        _sack &= options.SackPermitted;
        if (options.HasWindowScale)
        {
            _sendScale = options.WindowScale;
        }
        else
        {
            _receiveScale = 0;
        }

        // The window of a SYN is never scaled (RFC 7323 section 2.2).
        _sendWindow = syn.Window;
        _sendWindowMax = syn.Window;
        _windowSequence = _initialReceive;
        _windowAcknowledgment = _sendUnacknowledged;
        UpdateSegmentBytes();
        _control.Start(_segmentBytes);
    }

    private void HandleInSynSent(Instant now, in TcpSegment segment)
    {
        bool acknowledges = segment.Has(TcpFlags.Acknowledge);
        long acknowledgment = SequenceNumber.Unwrap(segment.Acknowledgment, _sendUnacknowledged);
        if (acknowledges && (acknowledgment <= _initialSend || acknowledgment > _sendNext))
        {
            if (!segment.Has(TcpFlags.Reset))
            {
                _stack.SendReset(_key, segment.Acknowledgment, 0, withAcknowledgment: false);
            }

            return;
        }

        if (segment.Has(TcpFlags.Reset))
        {
            if (acknowledges)
            {
                Terminate(now, CloseReason.Refused, reset: false);
            }

            return;
        }

        if (!segment.Has(TcpFlags.Syn))
        {
            return;
        }

        TakeSyn(segment);
        if (!acknowledges)
        {
            // Simultaneous open: both sent a SYN (RFC 9293 section 3.5, figure 7).
            _state = TcpState.SynReceived;
            SendHandshake(now);
            return;
        }

        if (_timestamps && segment.Options.TimestampEcho != 0)
        {
            SampleHandshake(now);
        }

        Establish(now, acknowledgment);
        _acknowledgePending = true;
        _stack.Queue(this);
    }

    private void Establish(Instant now, long acknowledgment)
    {
        _sendUnacknowledged = acknowledgment;
        _windowAcknowledgment = acknowledgment;
        _state = _finishQueued ? TcpState.FinishWait1 : TcpState.Established;
        _handshakePending = false;
        _retransmitTimer = RetransmitTimer.None;
        _handshakeGiveUp = Instant.Never;
        _doublings = 0;
        _lastProgress = now;
        if (_handshakeRepetitions == 0)
        {
            SampleHandshake(now);
        }
        else
        {
            // RFC 6298 section 5.7 and RFC 5681 section 3.1: a lost SYN says the path is full.
            _control.Window = _segmentBytes;
        }

        _stack.LeaveHalfOpen(this);
        TellOpen();
        _stack.Queue(this);
    }

    private void SampleHandshake(Instant now)
    {
        if (_handshakeRepetitions == 0 && _rtt.Smoothed == 0)
        {
            _rtt.Add((now - _handshakeSent).Ticks);
        }
    }

    private void SendHandshake(Instant now)
    {
        _handshakePending = true;
        _handshakeSent = now;
        _retransmitTimer = RetransmitTimer.Handshake;
        _retransmitAt = Instant.Min(_handshakeGiveUp, now + new TimeSpan(_rtt.TimeoutAfter(_doublings)));
        UpdateDeadline(now);
        _stack.Queue(this);
    }

    private void HandshakeTimeout(Instant now)
    {
        if (now >= _handshakeGiveUp || (_isPassive && _handshakeRepetitions >= SynAcknowledgeRepetitionsMax))
        {
            Terminate(now, CloseReason.TimedOut, reset: false);
            return;
        }

        _handshakeRepetitions++;
        _doublings++;
        SendHandshake(now);
    }
}
