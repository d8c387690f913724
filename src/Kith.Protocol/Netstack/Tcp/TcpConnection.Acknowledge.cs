using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <content>What an acknowledgment does to the sender.</content>
public sealed partial class TcpConnection
{
    private readonly Scoreboard _scoreboard = new();
    private readonly CongestionControl _control;
    private RateSampler _sampler;
    private long _lostBefore;
    private readonly long _initialSend;
    private RttEstimator _rtt;
    private RackState _rack;
    private bool _sack;
    private bool _finishQueued;
    private long _sendUnacknowledged;
    private long _sendNext;
    private long _sendEnd;
    private long _sendWindow;
    private long _sendWindowMax;
    private int _sendScale;
    private long _windowSequence;
    private long _windowAcknowledgment;
    private int _duplicateAcknowledgments;
    private Instant _lastProgress;

    private long InFlight => _sack ? _scoreboard.InFlight : Math.Max(0, _scoreboard.InFlight - ((long)_duplicateAcknowledgments * _segmentBytes));

    // RFC 9293 section 3.10.7.4 "fifth, check the ACK field", with RFC 5961 section 5.2's limits. False: go no further with this segment.
    private bool HandleAcknowledgment(Instant now, in TcpSegment segment, long sequence, long acknowledgment)
    {
        if (acknowledgment > _sendNext || acknowledgment < _sendUnacknowledged - _sendWindowMax - 1)
        {
            Challenge(now);
            return false;
        }

        AcknowledgeSummary summary = new() { NowTicks = now.Ticks, EchoMilliseconds = EchoMilliseconds(now, segment) };
        bool advances = acknowledgment > _sendUnacknowledged;
        bool isDuplicate = acknowledgment == _sendUnacknowledged && segment.SequenceLength == 0
            && (long)segment.Window << _sendScale == _sendWindow && _scoreboard.Count > 0;
        if (acknowledgment >= _sendUnacknowledged)
        {
            TakeWindow(segment, sequence, acknowledgment);
        }

        if (advances)
        {
            Advance(now, acknowledgment, ref summary);
        }

        if (_sack)
        {
            TakeBlocks(segment, acknowledgment, ref summary);
        }
        else
        {
            CountDuplicates(isDuplicate, ref summary);
        }

        if (summary.Delivered > 0 || advances)
        {
            _retransmitBase = now;
            TellWritable();
            MeasureRoundTrip(ref summary);
        }

        if (_scoreboard.Count > 0 || advances)
        {
            Recover(now, advances, ref summary);
        }

        if (_scoreboard.Count > 0 || _sendNext < _sendEnd || _finishQueued)
        {
            _stack.Queue(this);
        }

        return FinishAcknowledged(now);
    }

    private void Advance(Instant now, long acknowledgment, ref AcknowledgeSummary summary)
    {
        summary.Acknowledged = acknowledgment - _sendUnacknowledged;
        _sendUnacknowledged = acknowledgment;
        _scoreboard.Acknowledge(acknowledgment, ref _rack, ref summary);
        _sendBuffer.DiscardTo(Math.Min(acknowledgment, _sendEnd));
        _lastProgress = now;
        _persistDoublings = 0;
    }

    private void TakeWindow(in TcpSegment segment, long sequence, long acknowledgment)
    {
        if (_windowSequence < sequence || (_windowSequence == sequence && _windowAcknowledgment <= acknowledgment))
        {
            _sendWindow = (long)segment.Window << _sendScale;
            _sendWindowMax = Math.Max(_sendWindowMax, _sendWindow);
            _windowSequence = sequence;
            _windowAcknowledgment = acknowledgment;
        }
    }

    private void TakeBlocks(in TcpSegment segment, long acknowledgment, ref AcknowledgeSummary summary)
    {
        TcpOptions options = segment.Options;
        for (int i = 0; i < options.BlockCount; i++)
        {
            long start = SequenceNumber.Unwrap(options.Blocks[i].Start, _sendUnacknowledged);
            long end = SequenceNumber.Unwrap(options.Blocks[i].End, _sendUnacknowledged);
            if (i == 0 && start < end && IsDuplicateReport(options, start, end, acknowledgment))
            {
                summary.HasDuplicate = true;
                summary.DuplicateStart = start;
                continue;
            }

            if (start >= _sendUnacknowledged && start < end && end <= _sendNext)
            {
                _scoreboard.Sack(start, end, ref _rack, ref summary);
            }
        }
    }

    // RFC 2883 section 4: the first block tells of a duplicate when it lies before the acknowledgment or within the second block.
    private bool IsDuplicateReport(in TcpOptions options, long start, long end, long acknowledgment)
    {
        if (end <= acknowledgment)
        {
            return true;
        }

        return options.BlockCount > 1
            && start >= SequenceNumber.Unwrap(options.Blocks[1].Start, _sendUnacknowledged)
            && end <= SequenceNumber.Unwrap(options.Blocks[1].End, _sendUnacknowledged);
    }

    private void CountDuplicates(bool isDuplicate, ref AcknowledgeSummary summary)
    {
        if (isDuplicate)
        {
            _duplicateAcknowledgments++;
            summary.Delivered += _segmentBytes;
        }
        else if (summary.Acknowledged > 0)
        {
            int passed = (int)Math.Min(int.MaxValue, summary.Acknowledged / _segmentBytes);
            _duplicateAcknowledgments = _phase == RecoveryPhase.Open ? 0 : Math.Max(0, _duplicateAcknowledgments - passed);
        }
    }

    private void MeasureRoundTrip(ref AcknowledgeSummary summary)
    {
        if (summary.RoundTripTicks > 0)
        {
            _rtt.Add(summary.RoundTripTicks);
            _doublings = 0;
        }
        else if (summary.Acknowledged > 0 && summary.EchoMilliseconds != long.MaxValue)
        {
            // Only repeated segments were acknowledged; the echo still tells which sending it was (RFC 7323 section 4.1).
            _rtt.Add(summary.NowTicks - (summary.EchoMilliseconds * TimeSpan.TicksPerMillisecond));
            _doublings = 0;
        }

        _control.Watch(_sendUnacknowledged, _sendNext, summary.LatestRoundTripTicks);
    }

    // The sender's clock, in milliseconds, that the segment's echo stands for.
    private long EchoMilliseconds(Instant now, in TcpSegment segment)
    {
        if (!_timestamps || segment.Options.TimestampEcho == 0)
        {
            return long.MaxValue;
        }

        uint age = Timestamp(now) - segment.Options.TimestampEcho;
        return age > int.MaxValue ? long.MaxValue : (now.Ticks / TimeSpan.TicksPerMillisecond) - age;
    }

    private bool FinishAcknowledged(Instant now)
    {
        if (!_finishQueued || _sendUnacknowledged <= _sendEnd)
        {
            return true;
        }

        switch (_state)
        {
            case TcpState.FinishWait1:
                _state = TcpState.FinishWait2;
                return true;
            case TcpState.Closing:
                EnterTimeWait(now);
                return false;
            case TcpState.LastAcknowledge:
                Terminate(now, CloseReason.Finished, reset: false);
                return false;
            default:
                return true;
        }
    }

    private void EnterTimeWait(Instant now)
    {
        _state = TcpState.TimeWait;
        Terminate(now, CloseReason.Finished, reset: false);
    }
}
