using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Punching;

/// <summary>
/// Gets from a relayed path to a direct one: calls the peer over the path there is, so that both sides probe each other's candidates at the same time, foretells
/// ports, and where one side's ports are random opens many sockets there and tries many ports here. Backs off after failure and begins anew when something changes.
/// <para>A machine without IO beside a <see cref="PathTable"/>, to whose queue its pings go. After every call drain <see cref="TryGetCall"/> and
/// <see cref="TryTakeWitnessWish"/>, take sockets to close from the <see cref="PunchBudget"/>, and call <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>.
/// Not thread-safe: the core's loop owns it.</para>
/// </summary>
public sealed partial class Puncher
{
    private readonly PathTable _paths;
    private readonly PunchBudget _budget;
    private readonly RandomSource _random;
    private readonly bool _isFirst;
    private readonly Queue<(CallMe Call, InternetEndpoint To)> _calls = new();
    private PunchSelf _self = PunchSelf.Nothing;
    private CallMe? _peer;
    private PunchPhase _phase;
    private PunchRole _role;
    private PunchOutcome _outcome;
    private int _round;
    private int _failures;
    private long _rounds;
    private Instant? _lastRound;
    private Instant _next = Instant.Never;

    /// <summary>Begins idle.</summary>
    /// <param name="paths">The table of the same peer.</param>
    /// <param name="budget">Shared by all peers of the node.</param>
    /// <param name="random">Where sprays begin is drawn from it.</param>
    /// <param name="isFirst">Which of the two this side is; must differ between them.</param>
    public Puncher(PathTable paths, PunchBudget budget, RandomSource random, bool isFirst)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(random);
        _paths = paths;
        _budget = budget;
        _random = random;
        _isFirst = isFirst;
    }

    /// <summary>When <see cref="HandleTimeout"/> must be called next.</summary>
    public Instant NextTimeout
    {
        get
        {
            Instant next = Instant.Min(_next, _nextSocketCheck);
            if (_phase is PunchPhase.Calling or PunchPhase.Probing or PunchPhase.Birthday)
            {
                next = Instant.Min(next, Instant.Min(_callAgainAt, _endAt));
                next = Instant.Min(next, Instant.Min(_forecastAt, _birthdayAt));
                next = Instant.Min(next, Instant.Min(_tickAt, _witnessAt));
            }

            return next;
        }
    }

    /// <summary>What was tried, for <c>kith why</c>.</summary>
    public PunchReport Report => new()
    {
        Phase = _phase,
        Role = _role,
        Outcome = _outcome,
        Rounds = _rounds,
        Failures = _failures,
        LastRound = _lastRound,
        NextRound = _phase == PunchPhase.Waiting ? _next : null,
        OwnNat = _self.Nat.Mapping,
        PeerNat = _peer?.Nat ?? NatClass.Unknown,
        PeerOutside = _peer?.Outside,
        PingsAtGuessedPorts = _guessedPings,
        Sockets = _sockets.Count,
        IsAddressProven = _proofs.Count > 0,
    };

    /// <summary>This node's candidates or what it knows of its translators changed. The peer is called again if that is news to it.</summary>
    public void HandleSelf(Instant now, PunchSelf self)
    {
        ArgumentNullException.ThrowIfNull(self);
        bool isNews = self.IsNewsAfter(_self);
        _self = self;
        if (isNews)
        {
            BeginAnew(now);
        }
    }

    /// <summary>The way to the Internet is another: what was proven and opened means nothing any more, and the next round begins at once.</summary>
    public void HandleLocalChange(Instant now)
    {
        if (_phase != PunchPhase.Idle)
        {
            EndRound();
            CloseIdleSockets(now, all: true);
            _proofs.Clear();
            _phase = PunchPhase.Waiting;
            BeginAnew(now);
        }
    }

    /// <summary>The table of paths may have changed: begins when data needs a direct path and stops when it has one. Cheap; call it after whatever touched the table.</summary>
    public void HandlePaths(Instant now)
    {
        if (_paths.HasDirect)
        {
            if (_phase != PunchPhase.Idle)
            {
                Succeed(now);
            }
        }
        else if (!_paths.HasSession)
        {
            Stop(now);
        }
        else if (_phase == PunchPhase.Idle && _paths.NeedsPunching)
        {
            BeginWhenAllowed(now);
        }
    }

    /// <summary>The peer calls, or answers. <paramref name="source"/> is the path that the call came by.</summary>
    public void HandleCall(Instant now, CallMe call, in InternetEndpoint source)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (!TryTakeCall(now))
        {
            return;
        }

        _peer = call;
        if (!call.IsAnswer)
        {
            _calls.Enqueue((_self.ToCall(call.Round, isAnswer: true), source));
            Join(now, call.Round);
        }
        else if (_phase is PunchPhase.Calling or PunchPhase.Probing && call.Round == (byte)_round)
        {
            HandleAnswer(now);
        }

        // Last, because foretold ports count from this moment: no other ping may come in between.
        _paths.SetCandidates(now, CandidateSource.CallMe, [.. call.Candidates.Where(static candidate => candidate.Kind != CandidateKind.Tcp).Select(static candidate => candidate.Endpoint)]);
    }

    /// <summary>Does what is due. Safe to call early or late.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_nextSocketCheck <= now)
        {
            CloseIdleSockets(now, all: false);
        }

        switch (_phase)
        {
            case PunchPhase.Waiting when _next <= now:
                BeginWhenAllowed(now);
                break;
            case PunchPhase.Calling:
                CallAgainIfDue(now);
                if (_next <= now)
                {
                    Start(now);
                }

                break;
            case PunchPhase.Probing:
                CallAgainIfDue(now);
                ForecastIfDue(now);
                AskForWitnessIfDue(now);
                BeginBirthdayIfDue(now);
                EndIfDue(now);
                break;
            case PunchPhase.Birthday:
                AskForWitnessIfDue(now);
                TickIfDue(now);
                EndIfDue(now);
                break;
            default:
                break;
        }
    }

    /// <summary>The next call to seal and send, and by which path.</summary>
    public bool TryGetCall(out CallMe? call, out InternetEndpoint to)
    {
        bool any = _calls.TryDequeue(out (CallMe Call, InternetEndpoint To) next);
        call = next.Call;
        to = next.To;
        return any;
    }

    /// <summary>The peer is forgotten: gives back what it held.</summary>
    public void Release(Instant now)
    {
        Stop(now);
        CloseIdleSockets(now, all: true);
    }
}
