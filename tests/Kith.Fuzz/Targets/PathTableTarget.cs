using Kith.Fuzz.Coverage;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Paths.Punching;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what happens to a node's paths to one hostile member and to the puncher beside them: candidates, packets, pongs true and false, calls, witnesses, time. Tables stay within
/// their maxima, probes within their rate, and what is chosen is a path that has answered.
/// </summary>
[Covers(typeof(PathTable), typeof(Puncher), typeof(MtuSearch))]
internal sealed class PathTableTarget : IFuzzTarget
{
    private const int StepsMax = 200;

    private PathTable _paths = null!;
    private PunchBudget _budget = null!;
    private Puncher _puncher = null!;
    private Instant _now;
    private PathProbe _lastProbe;
    private int _probes;

    public string Name => "path-table";

    public int InputBytesMax => 512;

    public FuzzBound Bound => new(512 * 1024, 5, "an input is up to two hundred events, and the time between them");

    public bool AcceptsCorpus => false;

    public IEnumerable<byte[]> Corpus =>
    [
        [0, 0, 2, 0x11, 0x21, 1, 9, 50, 5, 0x11, 9, 200, 8, 9, 20, 4, 0x11, 9, 250],
        [0, 1, 3, 0x10, 0x06, 0x12, 1, 6, 2, 3, 1, 0x11, 9, 10, 7, 2, 0x31, 9, 100, 9, 250, 9, 250, 8, 10, 11, 0x41],
        [1, 3, 0x06, 8, 9, 5, 8, 12, 1, 2, 0x11, 0x22, 6, 1, 5, 2, 0x21, 0x31, 9, 255, 9, 255, 9, 255, 2, 13, 0x11],
        [0, 4, 5, 0x10, 0x20, 0x30, 0x40, 0x50, 1, 14, 15, 0x11, 9, 99, 16, 17, 9, 120],
    ];

    public void Prepare()
    {
        FuzzRandomSource random = new(7);
        _paths = new PathTable(random);
        _budget = new PunchBudget();
        _puncher = new Puncher(_paths, _budget, random, isFirst: true);
        _now = new Instant(TimeSpan.TicksPerHour);
        _probes = 0;
        _lastProbe = default;
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        ScriptReader script = new(input);
        for (int i = 0; i < StepsMax && script.TryTake(out int what); i++)
        {
            Act(what % 18, ref script);
            Drain();
            Oracle.True(_paths.Paths.Count <= PathTable.PathsMax, "more paths than the maximum");
            Oracle.True(_budget.SocketsTaken <= PunchTimings.SocketsMax, "more sockets than the maximum");
            Oracle.True(_paths.Current is null == !_paths.Online, "online means that there is a path");
        }

        FuzzTrace.NoteSize(_paths.Paths.Count);
        FuzzTrace.Note(_paths.Current is { } current ? 1 + (int)current.Kind : 0);
        FuzzTrace.Note((int)_puncher.Report.Phase);
        return _probes > 0;
    }

    private void Act(int what, ref ScriptReader script)
    {
        switch (what)
        {
            case 0:
                _paths.SetCandidates(_now, (CandidateSource)(script.Take() % 8), script.TakeEndpoints());
                break;
            case 1:
                _paths.HandleSessionUp(_now);
                break;
            case 2:
                _paths.HandleSessionDown(_now);
                break;
            case 3:
                _paths.AddCandidate(_now, (CandidateSource)(script.Take() % 8), script.TakeEndpoint());
                break;
            case 4:
                _paths.HandlePacketFrom(_now, script.TakeEndpoint());
                break;
            case 5:
                _paths.HandlePong(_now, script.TakeEndpoint(), _lastProbe.Id, script.TakeEndpoint());
                break;
            case 6:
                _puncher.HandleCall(_now, Call(ref script), script.TakeEndpoint());
                break;
            case 7:
                _puncher.HandleWitness(_now, script.TakeEndpoint());
                break;
            case 8:
                // A true answer to the last probe, from where it went to.
                _paths.HandlePong(_now, _lastProbe.Endpoint, _lastProbe.Id, script.TakeEndpoint());
                break;
            case 9:
                Pass(script.Take());
                break;
            case 10:
                _paths.HandleLocalChange(_now);
                _puncher.HandleLocalChange(_now);
                break;
            case 11:
                _paths.Remove(_now, script.TakeEndpoint());
                break;
            case 12:
                _puncher.HandleSelf(_now, new PunchSelf([new Candidate(CandidateKind.Observed, script.TakeEndpoint())], new NatReport { Mapping = (NatClass)(script.Take() % 6), OutsideV4 = script.TakeEndpoint(), Step = (sbyte)script.Take() }));
                break;
            case 13:
                _paths.SetRelayCount(_now, script.TakeEndpoint(), script.Take());
                break;
            case 14:
                _paths.HandleDataSent(_now);
                break;
            case 15:
                _paths.SetLocalPrefixes(_now, [new InternetPrefix(script.TakeEndpoint().Address, 24)]);
                break;
            case 16:
                _puncher.HandlePaths(_now);
                _puncher.TryTakeWitnessWish();
                break;
            default:
                _paths.RetryFailed(_now);
                break;
        }
    }

    private static CallMe Call(ref ScriptReader script)
    {
        InternetEndpoint[] endpoints = script.TakeEndpoints();
        return new CallMe([.. endpoints.Take(Candidate.CountMax).Select(static endpoint => new Candidate(CandidateKind.Observed, endpoint))])
        {
            IsAnswer = endpoints.Length % 2 == 0,
            Round = (byte)script.Take(),
            Nat = (NatClass)(script.Take() % 6),
            Step = (sbyte)script.Take(),
            Outside = endpoints.Length > 0 ? endpoints[0] : null,
        };
    }

    // As an owner does it: to each deadline in turn.
    private void Pass(int hundredths)
    {
        Instant until = _now + TimeSpan.FromMilliseconds(10 * hundredths);
        for (int i = 0; i < 64 && Instant.Min(_paths.NextTimeout, _puncher.NextTimeout) is var next && next <= until; i++)
        {
            _now = Instant.Max(_now, next);
            _paths.HandleTimeout(_now);
            _puncher.HandleTimeout(_now);
            Drain();
        }

        _now = Instant.Max(_now, until);
        _paths.HandleTimeout(_now);
        _puncher.HandleTimeout(_now);
    }

    private void Drain()
    {
        for (int i = 0; _paths.TryGetProbe(out PathProbe probe); i++)
        {
            Oracle.True(i < 2 * PathTable.ProbesPerSecondMax, "one event made it send a flood");
            _lastProbe = probe;
            _probes++;
        }

        for (int i = 0; _puncher.TryGetCall(out CallMe? call, out _); i++)
        {
            Oracle.True(i < PunchTimings.CallsMax && call!.Candidates.Count <= Candidate.CountMax, "more calls at once than the maximum");
        }

        while (_paths.TryGetEvent(out _))
        {
        }

        while (_budget.TryGetClosed(out _))
        {
        }
    }
}
