using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>
/// All paths to one peer, and which of them data takes. A machine without IO: call <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>,
/// and after every call drain <see cref="TryGetProbe"/> and <see cref="TryGetEvent"/>. Probes travel inside the session with the peer, so none
/// are asked for before <see cref="HandleSessionUp"/>. Not thread-safe: the core's loop owns it.
/// </summary>
public sealed partial class PathTable
{
    /// <summary>The most paths kept for one peer.</summary>
    public const int PathsMax = 32;

    /// <summary>The most endpoints one source may name.</summary>
    public const int PerSourceMax = 16;

    /// <summary>The most paths kept that are known from packets alone.</summary>
    public const int FromPacketsMax = 8;

    /// <summary>The most endpoints that one handshake initiation goes to.</summary>
    public const int HandshakeTargetsMax = 8;

    /// <summary>Of these the most ways through relays and over TCP, where there are more plain addresses than fit.</summary>
    public const int SpecialTargetsMax = 2;

    /// <summary>The most pings asked for in one second.</summary>
    public const int ProbesPerSecondMax = 64;

    /// <summary>Pings of one burst before a path that never worked counts as failed.</summary>
    public const int BurstAttempts = 5;

    /// <summary>Unanswered pings in a row after which a working path counts as failed.</summary>
    public const int MissesMax = 3;

    private readonly RandomSource _random;
    private readonly List<PathState> _paths = [];
    private readonly Queue<PathProbe> _probes = new();
    private readonly Queue<PathEvent> _events = new();
    private IReadOnlyList<InternetPrefix> _localPrefixes = [];
    private PathState? _current;
    private bool _hasSession;
    private bool _wasOnline;
    private (InternetEndpoint Endpoint, int Mtu)? _announced;

    /// <summary>Begins with no paths. Ids of pings are drawn from <paramref name="random"/>.</summary>
    public PathTable(RandomSource random)
    {
        _random = random;
    }

    /// <summary>The path that data takes, or null if none is known to work.</summary>
    public PathChoice? Current => _current is { } path ? new PathChoice(path.Kind, path.Endpoint, path.Rtt, path.Mtu) : null;

    /// <summary>Whether the peer answers.</summary>
    public bool Online => _current is not null;

    /// <summary>Whether the path that data takes owes an answer: a ping on it went unanswered.</summary>
    public bool IsInDoubt => _current is { Misses: > 0 };

    /// <summary>Which part of the pings on the path that data takes was lost, from 0 to 1; 0 where there is no path.</summary>
    public double CurrentLoss => _current?.Loss ?? 0;

    /// <summary>When anything authenticated last came from the peer.</summary>
    public Instant? LastSeen { get; private set; }

    /// <summary>Where the peer last saw our packets come from.</summary>
    public InternetEndpoint? LastObserved { get; private set; }

    /// <summary>All paths, in no order that means anything.</summary>
    public IReadOnlyList<PathState> Paths => _paths;

    /// <summary>Says which subnets this machine's interfaces are in, by which paths within the local network are known.</summary>
    public void SetLocalPrefixes(Instant now, IReadOnlyList<InternetPrefix> prefixes)
    {
        _localPrefixes = prefixes;
        foreach (PathState path in _paths)
        {
            Classify(path);
        }

        Choose(now);
    }

    /// <summary>A session with the peer is up: probes can travel now, and all paths are tried at once. Idempotent while it stays up.</summary>
    public void HandleSessionUp(Instant now)
    {
        if (!_hasSession)
        {
            _hasSession = true;
            ProbeAll(now);
            HandleTimeout(now);
        }
    }

    /// <summary>There is no session any more, and so no evidence for any path.</summary>
    public void HandleSessionDown(Instant now)
    {
        _hasSession = false;
        _probes.Clear();
        foreach (PathState path in _paths)
        {
            path.Status = PathStatus.Unknown;
            path.IsAwaiting = false;
            path.Misses = 0;
            path.NextProbe = Instant.Never;
            path.NextSearchProbe = Instant.Never;
        }

        Choose(now);
    }

    /// <summary>This machine's addresses changed: what was known of every path is in doubt, and all are tried at once with quick retries.</summary>
    public void HandleLocalChange(Instant now)
    {
        foreach (PathState path in _paths)
        {
            path.ForgetMeasurements();
        }

        if (_hasSession)
        {
            ProbeAll(now);
            HandleTimeout(now);
        }
    }

    /// <summary>
    /// Data was sent to the peer. If nothing has come back on the current path for a second it is pinged, so that a dead path shows within
    /// seconds while data flows. Cheap; call as often as the packet path reports traffic.
    /// </summary>
    public void HandleDataSent(Instant now)
    {
        if (_hasSession && _current is { IsAwaiting: false } path && (path.LastHeard is not { } heard || now - heard >= PathTimings.SilenceUnderTraffic))
        {
            path.IsUrgent = true;
            path.NextProbe = now;
            HandleTimeout(now);
        }
    }

    /// <summary>
    /// An authenticated packet came from an endpoint. An unknown one becomes a path at once and is pinged; data moves to it if the current
    /// path has been silent for <see cref="PathTimings.RoamAfterSilence"/>, has failed, or there is none.
    /// </summary>
    public void HandlePacketFrom(Instant now, in InternetEndpoint source)
    {
        LastSeen = now;
        PathState? path = Find(source);
        bool isNew = path is null;
        path ??= AddPath(now, source, CandidateSource.Packet);
        if (path is null)
        {
            return;
        }

        path.LastHeard = now;
        bool isSilent = _current is null || (_current != path && (_current.LastHeard is not { } heard || now - heard > PathTimings.RoamAfterSilence));
        if (path.Status is PathStatus.Unknown or PathStatus.Failed)
        {
            path.SetSource(CandidateSource.Packet, true);
            BeginBurst(path, now);
        }
        else if (isSilent && path.Status == PathStatus.Working && _current is { IsAwaiting: false } silent && silent.NextProbe > now + PathTimings.MissInterval)
        {
            // The peer prefers another path than we do. That may be taste, or ours may be dead: ask.
            silent.IsUrgent = true;
            silent.NextProbe = now;
        }

        if (isSilent && isNew && _current is { Status: PathStatus.Working } direct && path.Class > direct.Class && PathAddress.IsSpecial(path.Endpoint))
        {
            // The peer may only be trying things out: a working direct path is asked, not left.
            Doubt(direct, 0, now);
        }
        else if (isSilent && (isNew || _current is not { Status: PathStatus.Working }))
        {
            if (_current is { Status: PathStatus.Working } previous)
            {
                // It must answer before it is preferred again, whatever its class.
                Doubt(previous, 1, now);
            }

            SetCurrent(path, now);
        }

        HandleTimeout(now);
    }

    /// <summary>
    /// A pong came. Returns whether it answers a ping of ours; <paramref name="source"/> is where it came from, which need not be where the ping went.
    /// </summary>
    public bool HandlePong(Instant now, in InternetEndpoint source, ulong id, InternetEndpoint observed)
    {
        LastSeen = now;
        foreach (PathState path in _paths)
        {
            if (path.Search is { } search && path.SearchId == id && id != 0)
            {
                path.SearchId = 0;
                path.NextSearchProbe = now;
                search.HandlePassed();
                Answered(path, now, observed);
                HandlePacketFrom(now, source);
                return true;
            }

            if (path.TryTakePing(id, out Instant sent))
            {
                path.NoteRtt(now - sent);
                path.NoteLoss(false);
                path.Evidence.NoteAnswer(now, now - sent);
                Answered(path, now, observed);
                HandlePacketFrom(now, source);
                return true;
            }
        }

        HandlePacketFrom(now, source);
        return false;
    }

    /// <summary>The next change of choice, availability or packet size, in the order they happened.</summary>
    public bool TryGetEvent(out PathEvent pathEvent) => _events.TryDequeue(out pathEvent);

    private void Answered(PathState path, Instant now, InternetEndpoint observed)
    {
        path.Status = PathStatus.Working;
        path.LastHeard = now;

        // A mapping of a port that was foretold or hit by chance is not found again: it is kept, not measured.
        bool mayGrow = path.Evidence.Trick is PathTrick.None or PathTrick.Opened && path.Endpoint.Scope == 0;
        path.Life.EndTest(path.Misses == 0 && (path.Observed is not { } before || before == observed), mayGrow);
        if (!observed.IsNone)
        {
            path.Observed = observed;
            LastObserved = observed;
        }

        path.Misses = 0;
        path.Attempts = 0;
        path.IsAwaiting = false;
        path.IsQuick = false;
        path.IsUrgent = false;
        path.Backoff = TimeSpan.Zero;
        path.NextProbe = now + (path == _current ? path.Life.Interval : PathTimings.IdleReprobe);
        Choose(now);
    }
}
