using Kith.Protocol.Netstack.Memory;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <content>Time: which deadline comes next and what its passing does.</content>
public sealed partial class TcpConnection
{
    /// <summary>The least that one connection may always buffer for sending, whatever its congestion window.</summary>
    public const int SendBufferBytesMin = 256 * 1024;

    // RFC 8985 section 7.2: a single segment's acknowledgment may be held back by the peer.
    private const long PeerDelayTicks = 200 * TimeSpan.TicksPerMillisecond;

    private static readonly TimeSpan s_trimAfter = TimeSpan.FromSeconds(1);

    private RetransmitTimer _retransmitTimer;
    private Instant _retransmitAt = Instant.Never;
    private Instant _retransmitBase;
    private Instant _keepAliveAt = Instant.Never;
    private Instant _trimAt = Instant.Never;
    private Instant _handshakeSent;
    private int _handshakeRepetitions;
    private int _doublings;
    private int _persistDoublings;
    private int _keepAliveProbes;

    // What is worth holding grows with what the path carries, so that a slow path does not hoard (and the owner hears of a stall early). What the peer holds behind a
    // hole comes on top: the stream goes on behind it meanwhile.
    private long SendLimit => Math.Min(_stack.Options.SendBufferBytesMax, Math.Max(SendBufferBytesMin, 2 * _control.Window) + SackedBytes);

    private long SackedBytes => Math.Max(0, _sendNext - _sendUnacknowledged - _scoreboard.InFlight - _scoreboard.Lost);

    /// <summary>Does what is due.</summary>
    internal void HandleTimeout(Instant now)
    {
        if (_acknowledgeAt <= now)
        {
            _acknowledgeAt = Instant.Never;
            AcknowledgeNow();
        }

        if (_retransmitTimer != RetransmitTimer.None && _retransmitAt <= now)
        {
            HandleRetransmitTimer(now);
        }

        if (_isPaced && _paceTicks <= now.Ticks)
        {
            _isPaced = false;
            _stack.Queue(this);
        }

        if (_state != TcpState.Closed && _keepAliveAt <= now)
        {
            ProbePeer(now);
        }

        if (_state != TcpState.Closed)
        {
            ArmRetransmit(now);
            UpdateDeadline(now);
        }
    }

    private void HandleRetransmitTimer(Instant now)
    {
        RetransmitTimer timer = _retransmitTimer;
        _retransmitTimer = RetransmitTimer.None;
        bool isStalled = timer switch
        {
            RetransmitTimer.Timeout => now - _lastProgress >= UserTimeout,
            RetransmitTimer.Persist => now - Instant.Max(_lastHeard, _lastProgress) >= UserTimeout,
            _ => false,
        };
        if (isStalled)
        {
            Terminate(now, CloseReason.TimedOut, reset: true);
            return;
        }

        switch (timer)
        {
            case RetransmitTimer.Handshake:
                HandshakeTimeout(now);
                return;
            case RetransmitTimer.Timeout:
                EnterLoss();
                _doublings++;
                _retransmitBase = now;
                break;
            case RetransmitTimer.TailLossProbe:
                SendTailProbe();
                break;
            case RetransmitTimer.Reordering:
                if (DetectLosses(now) && _phase == RecoveryPhase.Open)
                {
                    EnterRecovery();
                    _control.Window = _control.AnswersLossItself ? _control.Window : Math.Max(_segmentBytes, _rate.Window(0, InFlight, _control.Threshold, _segmentBytes));
                }

                break;
            case RetransmitTimer.Persist:
                _persistDoublings++;
                _sendSmall = _sendUnacknowledged + _sendWindow > _sendNext;
                _probePending = !_sendSmall;
                break;
            default:
                break;
        }

        _stack.Queue(this);
    }

    private void SendTailProbe()
    {
        _probeEnd = _sendNext;
        bool hasNew = _sendNext < _sendEnd && _sendUnacknowledged + _sendWindow > _sendNext && !_scoreboard.IsFull;
        _probeWasRetransmission = !hasNew;
        _tailProbePending = !hasNew;
        if (hasNew)
        {
            // One segment beyond the congestion window is what the probe costs.
            _control.Window = Math.Max(_control.Window, InFlight + _segmentBytes);
        }
    }

    private void ProbePeer(Instant now)
    {
        if (_keepAliveProbes >= _stack.Options.KeepAliveProbesMax)
        {
            Terminate(now, CloseReason.TimedOut, reset: true);
            return;
        }

        _keepAliveProbes++;
        _probePending = true;
        _stack.Queue(this);
    }

    private void ArmRetransmit(Instant now)
    {
        if (!IsSynchronized)
        {
            return;
        }

        if (_scoreboard.Count > 0)
        {
            ArmForOutstanding();
        }
        else if (_isWindowBlocked)
        {
            if (_retransmitTimer != RetransmitTimer.Persist)
            {
                _retransmitTimer = RetransmitTimer.Persist;
                _retransmitAt = now + new TimeSpan(_rtt.TimeoutAfter(_persistDoublings));
            }
        }
        else
        {
            _retransmitTimer = RetransmitTimer.None;
            _doublings = 0;
        }
    }

    private void ArmForOutstanding()
    {
        _retransmitTimer = RetransmitTimer.Timeout;
        _retransmitAt = Instant.Min(_retransmitBase + new TimeSpan(_rtt.TimeoutAfter(_doublings)), _lastProgress + UserTimeout);
        if (_reorderingAt != 0)
        {
            Prefer(RetransmitTimer.Reordering, new Instant(_reorderingAt));
        }
        else if (_sack && _phase == RecoveryPhase.Open && _probeEnd == 0 && _scoreboard.SackedSegments == 0 && _rtt.Smoothed > 0)
        {
            long wait = (2 * _rtt.Smoothed) + (_scoreboard.Count == 1 ? PeerDelayTicks : 2 * TimeSpan.TicksPerMillisecond);
            Prefer(RetransmitTimer.TailLossProbe, Instant.Max(_lastTransmit, _retransmitBase) + new TimeSpan(wait));
        }
    }

    private void Prefer(RetransmitTimer timer, Instant at)
    {
        if (at < _retransmitAt)
        {
            _retransmitTimer = timer;
            _retransmitAt = at;
        }
    }

    // What a burst made large is given up once the connection has been idle for a while.
    private void TrimWhenIdle(Instant now)
    {
        if (_trimAt <= now)
        {
            _trimAt = Instant.Never;
            if (_scoreboard.IsTrimmable)
            {
                _scoreboard.Trim();
            }

            if (_ranges.IsTrimmable)
            {
                _ranges.Trim();
            }
        }
        else if (_trimAt == Instant.Never && (_scoreboard.IsTrimmable || _ranges.IsTrimmable))
        {
            _trimAt = now + s_trimAfter;
        }
    }

    private void UpdateDeadline(Instant now)
    {
        TrimWhenIdle(now);
        _keepAliveAt = KeepAliveIdle > TimeSpan.Zero && IsSynchronized
            ? _lastHeard + KeepAliveIdle + (_stack.Options.KeepAliveInterval * _keepAliveProbes)
            : Instant.Never;
        Instant deadline = Instant.Min(_trimAt, Instant.Min(_acknowledgeAt, _keepAliveAt));
        if (_retransmitTimer != RetransmitTimer.None)
        {
            deadline = Instant.Min(deadline, _retransmitAt);
        }

        if (_isPaced)
        {
            deadline = Instant.Min(deadline, new Instant(_paceTicks));
        }

        _stack.Timers.Set(this, deadline);
    }
}
