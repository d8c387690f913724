using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <content>Loss: RACK-TLP (RFC 8985), proportional rate reduction (RFC 6937), NewReno without SACK (RFC 6582), Eifel's undo (RFC 3522, RFC 4015).</content>
public sealed partial class TcpConnection
{
    private RecoveryPhase _phase;
    private ProportionalRate _rate;
    private long _recoverPoint;
    private long _reorderingAt;
    private long _probeEnd;
    private bool _probeWasRetransmission;
    private bool _mayUndo;
    private long _undoMilliseconds;
    private long _undoWindow;
    private long _undoThreshold;
    private long _undoStart;
    private int _undoRepetitions;
    private long _limitedEnd;

    private void Recover(Instant now, bool advances, ref AcknowledgeSummary summary)
    {
        if (summary.HasDuplicate)
        {
            _rack.Widen(_sendUnacknowledged, _sendNext);
            CountNeedless(summary.DuplicateStart);
        }

        if (advances)
        {
            TryUndo(summary.EchoMilliseconds);
        }

        EndProbe(summary);

        bool foundLosses = _sack ? DetectLosses(now) : DetectLossesWithoutSack(advances);
        if (_phase != RecoveryPhase.Open && _sendUnacknowledged >= _recoverPoint)
        {
            LeaveRecovery();
        }

        if (foundLosses && _phase == RecoveryPhase.Open)
        {
            EnterRecovery();
        }

        if (_control.AnswersLossItself)
        {
            RateSample sample = _sampler.Take(summary, _scoreboard.LostTotal - _lostBefore);
            _lostBefore = _scoreboard.LostTotal;
            _control.Acknowledge(sample, InFlight, _segmentBytes);
        }
        else if (_phase == RecoveryPhase.Recovery)
        {
            _control.Window = Math.Max(_segmentBytes, _rate.Window(summary.Delivered, InFlight, _control.Threshold, _segmentBytes));
        }
        else if (summary.Acknowledged > 0 && _sendUnacknowledged <= _limitedEnd + summary.Acknowledged)
        {
            _control.Grow(now.Ticks, summary.Acknowledged, _segmentBytes, _rtt.Smoothed);
        }
    }

    private bool DetectLosses(Instant now)
    {
        long window = _rack.ReorderingWindow(_phase != RecoveryPhase.Open, _scoreboard.SackedSegments, _rtt.Smoothed);
        return _scoreboard.DetectLosses(_rack, window, now.Ticks, out _reorderingAt);
    }

    // RFC 6582: the third duplicate starts the repair of one hole, and each partial acknowledgment shows the next.
    private bool DetectLossesWithoutSack(bool advances)
    {
        bool starts = _phase == RecoveryPhase.Open && _duplicateAcknowledgments >= RackState.DuplicateThreshold;
        bool goesOn = _phase == RecoveryPhase.Recovery && advances && _sendUnacknowledged < _recoverPoint;
        if ((starts || goesOn) && _scoreboard.Count > 0 && !_scoreboard[0].WasRetransmitted)
        {
            _scoreboard.MarkLost(0);
            return true;
        }

        return false;
    }

    private void EnterRecovery()
    {
        _fastRecoveries++;
        RememberForUndo();
        _phase = RecoveryPhase.Recovery;
        _recoverPoint = _sendNext;
        _probeEnd = 0;
        _rate.Start(_sendNext - _sendUnacknowledged);
        _control.Reduce(_segmentBytes);
    }

    private void LeaveRecovery()
    {
        if (_phase == RecoveryPhase.Loss && _control.AnswersLossItself)
        {
            // The timeout stood for a lost repetition and not for a path that carries less: its model is what it was.
            _control.Window = Math.Max(_control.Window, _undoWindow);
        }

        if (_phase == RecoveryPhase.Recovery)
        {
            _control.Window = _control.AnswersLossItself ? _control.Window : _control.Threshold;
            _rack.LeaveRecovery();
        }

        _phase = RecoveryPhase.Open;
        _duplicateAcknowledgments = 0;
        _mayUndo = false;
    }

    private void EnterLoss()
    {
        _timeouts++;
        if (_phase != RecoveryPhase.Loss)
        {
            if (_phase == RecoveryPhase.Open)
            {
                RememberForUndo();
                _control.Reduce(_segmentBytes);
            }

            _undoWindow = _control.AnswersLossItself ? _control.Window : _undoWindow;
            _recoverPoint = _sendNext;
        }
        else
        {
            // A second timeout in a row: nothing that is known of the path need be true any more.
            _undoWindow = _control.AnswersLossItself ? _control.Window : _undoWindow;
        }

        _phase = RecoveryPhase.Loss;
        _probeEnd = 0;
        _reorderingAt = 0;
        _duplicateAcknowledgments = 0;
        _scoreboard.MarkAllLost();

        // Most of it is not; nothing can be learnt from how much it is.
        _lostBefore = _scoreboard.LostTotal;
        _control.Window = CongestionControl.SegmentsMin * (long)_segmentBytes;
    }

    private void RememberForUndo()
    {
        _mayUndo = true;
        _undoMilliseconds = 0;
        _undoRepetitions = 0;
        _undoStart = _sendUnacknowledged;
        _undoWindow = _control.Window;
        _undoThreshold = _control.Threshold;
    }

    // Eifel detection (RFC 3522): when the first acknowledgment that advances echoes a time before the first retransmission, the original
    // had arrived, and the reduction was for nothing (RFC 4015).
    private void TryUndo(long echoMilliseconds)
    {
        if (!_mayUndo || _phase == RecoveryPhase.Open || _undoMilliseconds == 0)
        {
            return;
        }

        _mayUndo = false;
        if (echoMilliseconds < _undoMilliseconds)
        {
            Undo();
        }
    }

    // RFC 3708: once the peer has reported every repetition of an episode as a duplicate, nothing had been lost.
    private void CountNeedless(long start)
    {
        bool isOfEpisode = start >= _undoStart && start < _recoverPoint;
        if (isOfEpisode && _undoRepetitions > 0 && --_undoRepetitions == 0 && _phase != RecoveryPhase.Loss)
        {
            Undo();
        }
    }

    private void Undo()
    {
        _spuriousRecoveries++;
        _undoRepetitions = 0;
        _scoreboard.ForgetLosses();
        _control.Window = Math.Max(_control.Window, _undoWindow);
        _control.Threshold = Math.Max(_control.Threshold, _undoThreshold);
        _phase = RecoveryPhase.Open;
        _doublings = 0;
    }

    // RFC 8985 section 7.4: a probe that repeated the tail either came twice, which the peer reports or shows by a duplicate acknowledgment,
    // or it repaired a loss, which congestion control must answer.
    private void EndProbe(in AcknowledgeSummary summary)
    {
        if (_probeEnd == 0 || _sendUnacknowledged < _probeEnd)
        {
            return;
        }

        if (!_probeWasRetransmission || summary.HasDuplicate)
        {
            _probeEnd = 0;
        }
        else if (_sendUnacknowledged > _probeEnd)
        {
            _probeEnd = 0;
            if (_phase == RecoveryPhase.Open && !_control.AnswersLossItself)
            {
                _control.Reduce(_segmentBytes);
                _control.Window = _control.Threshold;
            }
        }
        else if (summary.Acknowledged == 0)
        {
            _probeEnd = 0;
        }
    }

    private void RestartAfterIdle(Instant now)
    {
        long idle = (now - _lastTransmit).Ticks;
        if (_scoreboard.Count == 0 && _sendUnacknowledged == _sendNext && _lastTransmit.Ticks != 0 && idle > _rtt.Timeout && _phase == RecoveryPhase.Open)
        {
            _control.Restart(_segmentBytes, idle);
        }
    }
}
