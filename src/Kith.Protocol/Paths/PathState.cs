using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>One path to a peer: an endpoint and what is known of it. Written by its <see cref="PathTable"/> only; read on the same thread.</summary>
public sealed class PathState
{
    // A burst with its openers, so that the answer to the first still counts where the way is long.
    private const int PingsRemembered = 8;

    private readonly (ulong Id, Instant Sent)[] _pings = new (ulong, Instant)[PingsRemembered];
    private int _nextPing;

    internal PathState(InternetEndpoint endpoint)
    {
        Endpoint = endpoint;
    }

    /// <summary>Where its datagrams go.</summary>
    public InternetEndpoint Endpoint { get; }

    /// <summary>Of which kind.</summary>
    public PathKind Kind { get; internal set; } = PathKind.Direct;

    /// <summary>What is known of it.</summary>
    public PathStatus Status { get; internal set; }

    /// <summary>Smoothed time there and back; null until the first pong.</summary>
    public TimeSpan? Rtt { get; private set; }

    /// <summary>Largest outer IP packet known to pass, in bytes; 1,280 until it has been searched for.</summary>
    public int Mtu { get; internal set; } = MtuSearch.Floor;

    /// <summary>When an authenticated packet last came from there.</summary>
    public Instant? LastHeard { get; internal set; }

    /// <summary>Where the peer saw our pings on this path come from.</summary>
    public InternetEndpoint? Observed { get; internal set; }

    /// <summary>Pings in a row without an answer.</summary>
    public int Misses { get; internal set; }

    /// <summary>Which part of the pings on it was lost, from 0 to 1, smoothed by 1/8; what is lost before it ever worked does not count.</summary>
    public double Loss { get; private set; }

    /// <summary>What was tried on it and what came back.</summary>
    public PathEvidence Evidence { get; } = new();

    /// <summary>Whether the endpoint lies in the subnet of one of our interfaces.</summary>
    public bool IsSameSubnet { get; internal set; }

    internal MappingLife Life { get; } = new();

    /// <summary>How long it may rest while it is chosen and carries nothing, as far as was measured.</summary>
    public TimeSpan RestInterval => Life.Interval;

    internal ushort Sources { get; set; }

    internal int Attempts { get; set; }

    /// <summary>Pings with a low time to live that still go ahead of the burst.</summary>
    internal int Openers { get; set; }

    internal bool IsAwaiting { get; set; }

    internal bool IsQuick { get; set; }

    internal bool IsUrgent { get; set; }

    internal Instant NextProbe { get; set; } = Instant.Never;

    internal TimeSpan Backoff { get; set; }

    internal MtuSearch? Search { get; set; }

    internal Instant NextSearchProbe { get; set; } = Instant.Never;

    internal ulong SearchId { get; set; }

    internal Instant? Searched { get; set; }

    /// <summary>Whether a source still names this endpoint.</summary>
    public bool IsFrom(CandidateSource source) => (Sources & (1 << (int)source)) != 0;

    /// <summary>0 within our subnet, 1 at another private address, 2 elsewhere, 3 through a member, 4 through several, 5 over TCP.</summary>
    internal int Class => Kind switch
    {
        PathKind.Relay => 3,
        PathKind.Mesh => 4,
        PathKind.Tcp => 5,
        _ => IsSameSubnet ? 0 : Kind == PathKind.Lan ? 1 : 2,
    };

    internal void SetSource(CandidateSource source, bool on) =>
        Sources = (ushort)(on ? Sources | (1 << (int)source) : Sources & ~(1 << (int)source));

    internal void NotePing(ulong id, Instant now)
    {
        _pings[_nextPing] = (id, now);
        _nextPing = (_nextPing + 1) % PingsRemembered;
        Evidence.NotePing(now);
    }

    /// <summary>Takes a ping out of the memory by its id.</summary>
    internal bool TryTakePing(ulong id, out Instant sent)
    {
        for (int i = 0; i < _pings.Length; i++)
        {
            if (_pings[i].Id == id && id != 0)
            {
                sent = _pings[i].Sent;
                _pings[i] = default;
                return true;
            }
        }

        sent = default;
        return false;
    }

    /// <summary>Smooths as RFC 6298 section 2 does.</summary>
    internal void NoteRtt(TimeSpan sample) => Rtt = Rtt is { } rtt ? ((rtt * 7) + sample) / 8 : sample;

    internal void NoteLoss(bool isLost) => Loss += ((isLost ? 1 : 0) - Loss) / 8;

    internal void ForgetMeasurements()
    {
        Loss = 0;
        Life.Reset();
        Rtt = null;
        Search = null;
        Searched = null;
        NextSearchProbe = Instant.Never;
        Mtu = MtuSearch.Floor;
    }
}
