using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <content>What a received segment does (RFC 9293 section 3.10.7.4, with RFC 5961's and RFC 7323's checks in front).</content>
public sealed partial class TcpConnection
{
    private const int ChallengesBurst = 10;
    private const int ChallengesPerSecond = 10;

    private TokenBucket _challenges = new(ChallengesBurst, ChallengesPerSecond);

    /// <summary>Handles a segment that belongs to this connection and whose checksum is right.</summary>
    internal void HandleSegment(Instant now, in TcpSegment segment)
    {
        _segmentsReceived++;
        if (_state == TcpState.SynSent)
        {
            HandleInSynSent(now, segment);
        }
        else if (_state != TcpState.Closed)
        {
            HandleReceiving(now, segment);
        }

        if (_state != TcpState.Closed)
        {
            ArmRetransmit(now);
            UpdateDeadline(now);
        }
    }

    private void HandleReceiving(Instant now, in TcpSegment segment)
    {
        long sequence = SequenceNumber.Unwrap(segment.Sequence, _receiveNext);
        long end = sequence + segment.SequenceLength;
        if (!PassesTimestamps(now, segment, sequence) || !IsAcceptable(now, segment, sequence, end))
        {
            return;
        }

        if (segment.Has(TcpFlags.Reset))
        {
            HandleReset(now, sequence);
            return;
        }

        if (segment.Has(TcpFlags.Syn))
        {
            HandleStraySyn(now, segment, sequence);
            return;
        }

        if (!segment.Has(TcpFlags.Acknowledge))
        {
            return;
        }

        long acknowledgment = SequenceNumber.Unwrap(segment.Acknowledgment, _sendUnacknowledged);
        if (_state == TcpState.SynReceived)
        {
            if (acknowledgment != _sendNext)
            {
                _stack.SendReset(_key, segment.Acknowledgment, 0, withAcknowledgment: false);
                return;
            }

            Establish(now, acknowledgment);
        }

        _lastHeard = now;
        _keepAliveProbes = 0;
        if (_timestamps && sequence <= _lastAcknowledgmentSent)
        {
            // RFC 7323 section 4.3: only what reaches back to the last acknowledgment updates the echo.
            _timestampRecent = segment.Options.TimestampValue;
            MeasureReceiver(now, segment);
        }

        if (!HandleAcknowledgment(now, segment, sequence, acknowledgment))
        {
            return;
        }

        if (segment.Payload.Length > 0)
        {
            HandleData(now, sequence, segment.Payload);
        }

        if (segment.Has(TcpFlags.Fin))
        {
            HandleFinish(sequence + segment.Payload.Length);
        }

        ConsumeFinish(now);
    }

    // PAWS (RFC 7323 section 5.3). A reset need not carry timestamps and is judged by its number alone.
    private bool PassesTimestamps(Instant now, in TcpSegment segment, long sequence)
    {
        if (!_timestamps || segment.Has(TcpFlags.Reset))
        {
            return true;
        }

        if (!segment.Options.HasTimestamps)
        {
            return false;
        }

        int tolerance = segment.SequenceLength > 0 ? PawsToleranceMilliseconds : 0;
        bool isOld = (int)(segment.Options.TimestampValue - _timestampRecent) < -tolerance && (now - _lastHeard).TotalDays < PawsIdleDaysMax;
        if (isOld && segment.SequenceLength > 0)
        {
            // An acknowledgment without data was merely overtaken by a newer one and asks for no answer.
            NoteDuplicate(sequence, sequence + segment.Payload.Length);
            Challenge(now);
        }

        return !isOld;
    }

    // RFC 9293 section 3.4, widened at both ends as common stacks do: what begins at the window's end or ends at its start may still acknowledge.
    private bool IsAcceptable(Instant now, in TcpSegment segment, long sequence, long end)
    {
        if (sequence <= _receiveEdge && end >= _receiveNext)
        {
            return true;
        }

        if (segment.Has(TcpFlags.Reset))
        {
            return false;
        }

        if (segment.Payload.Length > 0)
        {
            NoteDuplicate(sequence, sequence + segment.Payload.Length);
            AcknowledgeNow();
        }
        else
        {
            Challenge(now);
        }

        return false;
    }

    // RFC 5961 section 3.2: only a reset that names the very next number counts; another one inside the window is questioned.
    private void HandleReset(Instant now, long sequence)
    {
        if (sequence != _receiveNext)
        {
            Challenge(now);
            return;
        }

        bool refused = _state == TcpState.SynReceived && !_isPassive;
        Terminate(now, refused ? CloseReason.Refused : CloseReason.Reset, reset: false);
    }

    // RFC 5961 section 4.2: questioned, unless the handshake is still on. Then it is a repetition because our answer was lost, or, in a simultaneous
    // open, the peer's own SYN-ACK.
    private void HandleStraySyn(Instant now, in TcpSegment segment, long sequence)
    {
        if (_state != TcpState.SynReceived || sequence != _initialReceive)
        {
            Challenge(now);
        }
        else if (!segment.Has(TcpFlags.Acknowledge))
        {
            _handshakePending = true;
            _stack.Queue(this);
        }
        else if (SequenceNumber.Unwrap(segment.Acknowledgment, _sendUnacknowledged) == _sendNext)
        {
            Establish(now, _sendNext);
            AcknowledgeNow();
        }
    }

    // RFC 5961 section 7: the answers to what an attacker could forge are limited.
    private void Challenge(Instant now)
    {
        if (_challenges.TryTake(now))
        {
            AcknowledgeNow();
        }
    }

    private void SendReset() =>
        _stack.SendReset(_key, (uint)_sendNext, _isReceiving ? (uint)_receiveNext : 0, withAcknowledgment: _isReceiving);

    // A hard error ends an attempt to connect only; later it may be forged or pass (RFC 5927 section 6, RFC 9293 section 3.9.2.2).
    internal void HandleUnreachable(Instant now, uint sequence)
    {
        long position = SequenceNumber.Unwrap(sequence, _sendUnacknowledged);
        if (position >= _sendUnacknowledged && position < _sendNext && _state == TcpState.SynSent)
        {
            Terminate(now, CloseReason.Refused, reset: false);
        }
    }
}
