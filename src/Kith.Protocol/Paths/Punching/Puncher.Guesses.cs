using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Punching;

/// <content>Ports that nobody stated: foretold ones, and the birthday of many sockets and many ports.</content>
public sealed partial class Puncher
{
    private readonly List<InternetEndpoint> _forecast = [];
    private Instant _forecastAt = Instant.Never;
    private Instant _birthdayAt = Instant.Never;
    private Instant _tickAt = Instant.Never;
    private int _forecastPass;
    private int _forecastRound;
    private InternetEndpoint? _forecastFrom;
    private Instant _birthdayBegun;
    private int _pingsOfRound;
    private int _socketPass;
    private InternetEndpoint _target;
    private PortWalk? _walk;
    private bool _hasOtherTurn;
    private bool _isOtherTurn;
    private long _guessedPings;

    private void PrepareForecast(Instant now, CallMe peer)
    {
        if (!_isAnswered || (_forecastRound == _round && _forecastFrom == peer.Outside))
        {
            return;
        }

        (_forecastRound, _forecastFrom) = (_round, peer.Outside);
        if (_self.Nat.Mapping == NatClass.Stepping && peer.Nat != NatClass.Stepping && peer.Outside is { } meetingPoint)
        {
            // Our next outside port belongs to whoever is spoken to first: the peer counts on being that one.
            _paths.AskOnce(meetingPoint, PathTimings.OpenerTtls[0]);
        }

        _forecast.Clear();
        if (peer.Nat == NatClass.Stepping && peer.Outside is { } newest)
        {
            _forecast.AddRange(PortForecast.From(newest, peer.Step));
        }

        _forecastPass = 0;
        _forecastAt = _forecast.Count > 0 ? now : Instant.Never;
        ForecastIfDue(now);
    }

    private void ForecastIfDue(Instant now)
    {
        if (_forecastAt > now)
        {
            return;
        }

        foreach (InternetEndpoint endpoint in _forecast)
        {
            _paths.AskOnce(endpoint, _forecastPass == 0 ? PunchTimings.OpenerTtl : (byte)0);
            _guessedPings++;
        }

        _forecastPass++;
        _forecastAt = _forecastPass < PunchTimings.ForecastPasses.Length ? _startedAt + PunchTimings.ForecastPasses[_forecastPass] : Instant.Never;
    }

    private void BeginBirthdayIfDue(Instant now)
    {
        if (_birthdayAt > now)
        {
            return;
        }

        _birthdayAt = Instant.Never;
        _birthdayBegun = now;
        _pingsOfRound = 0;
        _socketPass = 0;
        bool isReady = _role == PunchRole.OpenSockets ? TryOpenSockets() : _budget.TryTakeSpray(this);
        _walk = new PortWalk(_random);
        _phase = PunchPhase.Birthday;
        _callAgainAt = Instant.Never;
        _forecastAt = Instant.Never;
        _endAt = now + (_hasOtherTurn || _isOtherTurn ? PunchTimings.TurnLength : PunchTimings.BirthdayLength);
        if (!isReady)
        {
            GiveUp(now, PunchOutcome.OutOfBudget);
            return;
        }

        _tickAt = now;
        TickIfDue(now);
    }

    private bool IsBudgetShort => _role switch
    {
        PunchRole.Spray => _budget.IsSpraying,
        PunchRole.OpenSockets => PunchTimings.SocketsMax - _budget.SocketsTaken < PunchTimings.SocketsMin,
        _ => false,
    };

    // Nothing more is done; but the other side may be busy, and where turns are taken the next one is still to come.
    private void GiveUp(Instant now, PunchOutcome outcome)
    {
        if (_hasOtherTurn)
        {
            _tickAt = Instant.Never;
        }
        else if (outcome == PunchOutcome.OutOfBudget)
        {
            Postpone(now);
        }
        else
        {
            Fail(now, outcome);
        }
    }

    private bool TryTakeOtherTurn(Instant now)
    {
        if (_phase != PunchPhase.Birthday || !_hasOtherTurn)
        {
            return false;
        }

        EndRound();
        CloseIdleSockets(now, all: true);
        _hasOtherTurn = false;
        _isOtherTurn = true;
        _role = PunchRoles.Other(_role);
        _witnessAt = _role == PunchRole.Spray && !TryFindProven(now, out _) ? now : Instant.Never;
        _birthdayAt = now;
        BeginBirthdayIfDue(now);
        return true;
    }

    private bool TryOpenSockets()
    {
        if (!TryFindMeetingPoint(out _target))
        {
            return false;
        }

        _sockets.UnionWith(_budget.TakeSockets(PunchTimings.SocketsMin));
        _order = [.. _sockets];
        return _order.Length > 0;
    }

    private void TickIfDue(Instant now)
    {
        // A machine that was late makes up for it, or its pace would fall below what the odds are reckoned with.
        for (int i = 0; i < PunchTimings.TicksAtOnceMax && _tickAt <= now; i++)
        {
            if (_role == PunchRole.Spray)
            {
                Spray(now);
            }
            else
            {
                PingFromSockets();
            }
        }

        _tickAt = _tickAt <= now ? now + PunchTimings.SprayTick : _tickAt;
    }

    private void Spray(Instant now)
    {
        if (_pingsOfRound == 0 && !TryFindProven(now, out _target))
        {
            if (now - _birthdayBegun > PunchTimings.WitnessWait)
            {
                GiveUp(now, PunchOutcome.AddressNotProven);
                return;
            }

            _tickAt = now + PunchTimings.SprayTick;
            return;
        }

        for (int i = 0; i < PunchTimings.SprayPingsPerTick && _pingsOfRound < PunchTimings.SprayPings; i++)
        {
            _paths.AskOnce(new InternetEndpoint(_target.Address, _walk!.Next()), 0);
            _pingsOfRound++;
            _guessedPings++;
        }

        _tickAt = _pingsOfRound < PunchTimings.SprayPings ? _tickAt + PunchTimings.SprayTick : Instant.Never;
    }

    private void PingFromSockets()
    {
        for (int i = 0; i < PunchTimings.SocketPingsPerTick && _pingsOfRound < _order.Length; i++)
        {
            // The first time only our own translator is to open; later ones may arrive, should that translator lie further off.
            _paths.AskOnce(_target with { Scope = _order[_pingsOfRound] }, _socketPass == 0 ? PunchTimings.OpenerTtl : (byte)0);
            _pingsOfRound++;
            _guessedPings++;
        }

        _tickAt += PunchTimings.SprayTick;
        if (_pingsOfRound == _order.Length)
        {
            _pingsOfRound = 0;
            _socketPass++;
            _tickAt = _birthdayBegun + (PunchTimings.SocketsAgain * _socketPass);
        }
    }

    // Where the peer's one port is seen from outside.
    private bool TryFindMeetingPoint(out InternetEndpoint endpoint)
    {
        endpoint = _peer?.Outside is { } outside && outside.Address.IsV4 ? outside : default;
        foreach (Candidate candidate in _peer?.Candidates ?? [])
        {
            if (endpoint.IsNone && candidate.Endpoint.Address.IsV4 && candidate.Kind is CandidateKind.Mapped or CandidateKind.Observed)
            {
                endpoint = candidate.Endpoint;
            }
        }

        return !endpoint.IsNone;
    }
}
