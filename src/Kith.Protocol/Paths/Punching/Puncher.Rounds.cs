using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Punching;

/// <content>Rounds: when one begins, how both sides start together, and how it ends.</content>
public sealed partial class Puncher
{
    private const int RoundMax = byte.MaxValue;

    private Instant _startedAt;
    private Instant _callAgainAt = Instant.Never;
    private Instant _endAt = Instant.Never;
    private int _callsSent;
    private bool _isAnswered;
    private bool _isStale;
    private Instant _minuteStart = new(long.MinValue / 2);
    private int _roundsInMinute;
    private Instant _secondStart = new(long.MinValue / 2);
    private int _callsInSecond;

    private void BeginWhenAllowed(Instant now)
    {
        if (!_paths.NeedsPunching)
        {
            // No path to call over at this moment: looked at again when the table changes.
            _phase = PunchPhase.Idle;
            _next = Instant.Never;
        }
        else if (IsBudgetShort)
        {
            Postpone(now);
        }
        else if (!TryTakeRound(now))
        {
            _phase = PunchPhase.Waiting;
            _next = _minuteStart + TimeSpan.FromMinutes(1);
        }
        else
        {
            Begin(now);
        }
    }

    private void Begin(Instant now)
    {
        PathChoice path = _paths.Current!.Value;
        // Past the last number the guesses go on, and do not begin from the start.
        _round = _round == RoundMax ? PunchTimings.GuessFromRound : _round + 1;
        _phase = PunchPhase.Calling;
        _callsSent = 0;
        _isAnswered = false;
        BeginCounting(now);
        Call(now);
        TimeSpan delay = path.Rtt is { } rtt ? rtt / 2 : PunchTimings.StartDelay;
        bool isShort = delay < PunchTimings.StartDelayMax && _self.Nat.Mapping != NatClass.Stepping;
        _next = now + (isShort ? delay : PunchTimings.StartDelayMax);
    }

    private void HandleAnswer(Instant now)
    {
        _isAnswered = true;
        _callAgainAt = Instant.Never;
        if (_phase == PunchPhase.Calling && _self.Nat.Mapping == NatClass.Stepping)
        {
            // Every ping before this moment would have used up a port that the peer counts on.
            Start(now);
        }
        else
        {
            Prepare(now);
        }
    }

    // The peer called: we start at once, as it will when its call has had the time to arrive.
    private void Join(Instant now, byte round)
    {
        _callAgainAt = Instant.Never;
        bool isUnderWay = _phase is PunchPhase.Probing or PunchPhase.Birthday;
        if (isUnderWay && (round == (byte)_round || now - _startedAt < PunchTimings.SameRound || _phase == PunchPhase.Birthday))
        {
            _round = Math.Max(_round, round);
            _isAnswered = true;
            Prepare(now);
            return;
        }

        if (!_paths.NeedsPunching)
        {
            _paths.BeginRound(now);
            return;
        }

        if (_phase != PunchPhase.Calling)
        {
            if (!TryTakeRound(now))
            {
                return;
            }

            BeginCounting(now);
        }

        _round = _phase == PunchPhase.Calling ? Math.Max(_round, round) : round;
        _isAnswered = true;
        Start(now);
    }

    private void BeginCounting(Instant now)
    {
        EndRound();
        _rounds++;
        _isStale = false;
        _hasOtherTurn = false;
        _isOtherTurn = false;
        _lastRound = now;
        _callAgainAt = Instant.Never;
    }

    private void Start(Instant now)
    {
        _phase = PunchPhase.Probing;
        _next = Instant.Never;
        _startedAt = now;
        _endAt = now + PunchTimings.PlainLength;
        _birthdayAt = Instant.Never;
        Prepare(now);
        _paths.BeginRound(now);
    }

    // What this round does beyond probing, as soon and as often as the peer has spoken.
    private void Prepare(Instant now)
    {
        if (_phase != PunchPhase.Probing || _peer is not { } peer)
        {
            return;
        }

        _role = PunchRoles.Of(_self.Nat.Mapping, peer.Nat, _round, _isFirst);
        _hasOtherTurn = PunchRoles.TakeTurns(_self.Nat.Mapping, peer.Nat);
        PrepareForecast(now, peer);
        if (_isAnswered && _role is PunchRole.OpenSockets or PunchRole.Spray)
        {
            _birthdayAt = _startedAt + PunchTimings.BirthdayAfter;
            _witnessAt = _role == PunchRole.Spray && !TryFindProven(now, out _) ? now : Instant.Never;
        }
    }

    private void Call(Instant now)
    {
        if (_paths.Current is { } path)
        {
            _calls.Enqueue((_self.ToCall((byte)_round, isAnswer: false), path.Endpoint));
        }

        _callsSent++;
        _callAgainAt = _callsSent < PunchTimings.CallsMax ? now + PunchTimings.CallAgain : Instant.Never;
    }

    private void CallAgainIfDue(Instant now)
    {
        if (_callAgainAt <= now)
        {
            Call(now);
        }
    }

    // Something is new: the peer is told at once, and waiting is over. A birthday under way is not disturbed.
    private void BeginAnew(Instant now)
    {
        _failures = 0;
        _isStale = true;
        switch (_phase)
        {
            case PunchPhase.Waiting:
                _next = _lastRound is { } last ? Instant.Max(now, last + PunchTimings.RoundsApart) : now;
                HandleTimeout(now);
                break;
            case PunchPhase.Calling or PunchPhase.Probing when _callsSent < PunchTimings.CallsMax:
                Call(now);
                Prepare(now);
                break;
            default:
                HandlePaths(now);
                break;
        }
    }

    private void EndIfDue(Instant now)
    {
        if (_endAt <= now)
        {
            if (TryTakeOtherTurn(now))
            {
                return;
            }

            Fail(now, _isAnswered ? PunchOutcome.NothingCameThrough : PunchOutcome.NotAnswered);
        }
    }

    private void Fail(Instant now, PunchOutcome outcome)
    {
        _outcome = outcome;
        EndRound();
        CloseIdleSockets(now, all: true);
        TimeSpan[] waits = _role == PunchRole.Hopeless ? PunchTimings.HopelessBackOff : PunchTimings.BackOff;
        _phase = PunchPhase.Waiting;
        _next = now + waits[Math.Min(_failures, waits.Length - 1)];
        if (_isStale)
        {
            _next = now + PunchTimings.BackOff[0];
        }

        _failures++;
    }

    // Not a failure: others are being served, and this peer's turn comes when they are done.
    private void Postpone(Instant now)
    {
        _outcome = PunchOutcome.OutOfBudget;
        EndRound();
        CloseIdleSockets(now, all: true);
        _phase = PunchPhase.Waiting;
        _next = now + PunchTimings.BudgetAgain + TimeSpan.FromMilliseconds(_random.NextBelow((int)PunchTimings.BudgetAgain.TotalMilliseconds));
    }

    private void Succeed(Instant now)
    {
        _outcome = PunchOutcome.Direct;
        _failures = 0;
        _paths.NoteTrick(TrickOf(_paths.Current!.Value.Endpoint));
        EndRound();
        _phase = PunchPhase.Idle;
        _next = Instant.Never;
        CloseIdleSockets(now, all: false);
    }

    private void Stop(Instant now)
    {
        if (_phase != PunchPhase.Idle || _sockets.Count > 0)
        {
            EndRound();
            CloseIdleSockets(now, all: true);
            _calls.Clear();
            _failures = 0;
            _phase = PunchPhase.Idle;
            _next = Instant.Never;
        }
    }

    private void EndRound()
    {
        _callAgainAt = Instant.Never;
        _forecastAt = Instant.Never;
        _birthdayAt = Instant.Never;
        _witnessAt = Instant.Never;
        _tickAt = Instant.Never;
        _endAt = Instant.Never;
        _budget.ReleaseSpray(this);
    }

    private PathTrick TrickOf(InternetEndpoint endpoint)
    {
        if (_phase == PunchPhase.Birthday)
        {
            return PathTrick.Birthday;
        }

        bool isStated = _peer?.Candidates.Any(candidate => candidate.Endpoint == endpoint) == true;
        return !isStated && _forecast.Contains(endpoint) ? PathTrick.Predicted : PathTrick.Opened;
    }

    private bool TryTakeRound(Instant now)
    {
        if (now - _minuteStart >= TimeSpan.FromMinutes(1))
        {
            _minuteStart = now;
            _roundsInMinute = 0;
        }

        return _roundsInMinute++ < PunchTimings.RoundsPerMinuteMax;
    }

    private bool TryTakeCall(Instant now)
    {
        if (now - _secondStart >= TimeSpan.FromSeconds(1))
        {
            _secondStart = now;
            _callsInSecond = 0;
        }

        return _callsInSecond++ < PunchTimings.CallsPerSecondMax;
    }
}
