using Kith.Protocol.Paths.Stun;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Nat;

/// <summary>
/// Finds out what translators and firewalls stand between this node's data socket and the Internet: from what members and STUN servers see, from packets that
/// come in unasked, and from what routers say of mapped ports. A machine without IO: after every call drain <see cref="TryGetTransmit"/> and
/// <see cref="TryGetEvent"/>, and call <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>. Not thread-safe.
/// </summary>
public sealed partial class NatMonitor
{
    /// <summary>The most servers that are asked.</summary>
    public const int ServersMax = 6;

    /// <summary>The most observed endpoints that are stated.</summary>
    public const int ObservedMax = 4;

    private readonly RandomSource _random;
    private readonly ushort _port;
    private readonly NatClassifier _classifier = new();
    private readonly SentMemory _sent = new();
    private readonly StunClient _stun;
    private readonly Queue<NatEvent> _events = new();
    private IReadOnlyList<InternetAddress> _local = [];
    private IReadOnlyList<InternetEndpoint> _mapped = [];
    private NatFiltering _filtering;
    private bool? _hairpin;
    private bool _isHairpinAsked;
    private bool _isBlocked;
    private Instant? _lastHeard;

    /// <summary>Begins knowing nothing.</summary>
    /// <param name="random">Transaction ids and pauses are drawn from it.</param>
    /// <param name="port">The port of the data socket.</param>
    public NatMonitor(RandomSource random, ushort port)
    {
        _random = random;
        _port = port;
        _stun = new StunClient(random);
    }

    /// <summary>What is known.</summary>
    public NatReport Report { get; private set; } = NatReport.Nothing;

    /// <summary>Where others see us, best first, at most <see cref="ObservedMax"/>; our own addresses are not among them.</summary>
    public IReadOnlyList<InternetEndpoint> Observed { get; private set; } = [];

    /// <summary>The STUN servers that answered last, and those that did not.</summary>
    public IReadOnlyDictionary<InternetEndpoint, bool> Servers => _answers;

    /// <summary>The network is another one, or may be: everything is forgotten and found out anew.</summary>
    public void HandleNetworkChange(Instant now, IReadOnlyList<InternetAddress> local)
    {
        _local = local;
        _classifier.Clear();
        _classifier.SetLocal(local, _port);
        _stun.Clear();
        _answers.Clear();
        _filtering = NatFiltering.Unknown;
        _hairpin = null;
        _isHairpinAsked = false;
        _isBlocked = false;
        _lastHeard = null;
        ResetAsking(now);
        Update(now);
    }

    /// <summary>A member told where it sees us. Both endpoints are of the data socket, not of an extra one.</summary>
    public void HandleObserved(Instant now, in InternetEndpoint remote, in InternetEndpoint outside, Instant sent)
    {
        _classifier.HandleObserved(now, remote, outside, sent);
        Update(now);
    }

    /// <summary>A datagram left the data socket.</summary>
    public void HandleSent(Instant now, in InternetEndpoint target) => _sent.HandleSent(now, target);

    /// <summary>A datagram that proved to be a member's came in at the data socket. To be called before anything is sent in answer.</summary>
    public void HandleAuthentic(Instant now, in InternetEndpoint source)
    {
        if (source.Address.IsPrivate || source.Address.IsLoopback)
        {
            return;
        }

        _lastHeard = now;
        bool wasBlocked = _isBlocked;
        _isBlocked = false;

        // A mapped port lets everybody in; it says nothing of the translator's own ways.
        if (_mapped.Count == 0 && !_sent.HasSentTo(now, source))
        {
            NatFiltering seen = _sent.HasSentTo(now, source.Address) ? NatFiltering.AddressDependent : NatFiltering.EndpointIndependent;
            if (_filtering == NatFiltering.Unknown || seen < _filtering)
            {
                _filtering = seen;
                Update(now);
            }
        }

        if (wasBlocked)
        {
            Update(now);
        }
    }

    /// <summary>Routers map ports to the data socket; see <see cref="Core.NodeCore.HandleMappedEndpoints"/>.</summary>
    public void HandleMapped(Instant now, IReadOnlyList<InternetEndpoint> mapped)
    {
        _mapped = mapped;
        Update(now);
    }

    /// <summary>A member was reached over TCP although it does not answer over UDP.</summary>
    public void HandleReachedOverTcp(Instant now)
    {
        if (!_isBlocked && !IsHeardOfLately(now) && _classifier.CountVantages(now, true) + _classifier.CountVantages(now, false) == 0)
        {
            _isBlocked = true;
            Update(now);
        }
    }

    /// <summary>Takes the next thing to be looked at; false when there is none.</summary>
    public bool TryGetEvent(out NatEvent natEvent) => _events.TryDequeue(out natEvent);

    private bool IsHeardOfLately(Instant now) => _lastHeard is { } heard && now - heard < NatTimings.BlockedAfterSilence;

    private bool? JudgeDoubleNat(InternetEndpoint? outside)
    {
        bool? isDouble = null;
        foreach (InternetEndpoint mapped in _mapped)
        {
            if (mapped.Address.IsV4)
            {
                bool isInside = mapped.Address.IsPrivate || mapped.Address.IsCarrierShared;
                isDouble = (isDouble ?? false) || isInside || (outside is { } seen && !_local.Contains(seen.Address) && seen.Address != mapped.Address);
            }
        }

        return isDouble;
    }

    private void Update(Instant now)
    {
        NatFinding v4 = _classifier.Find(now, true);
        NatFinding v6 = _classifier.Find(now, false);
        NatReport report = new()
        {
            Mapping = _isBlocked ? NatClass.Blocked : v4.Class,
            MappingV6 = _isBlocked ? NatClass.Blocked : v6.Class,
            Step = _isBlocked ? 0 : v4.Step,
            OutsideV4 = v4.Outside,
            OutsideV4At = v4.OutsideAt,
            OutsideV6 = v6.Outside,
            Filtering = _filtering,
            Hairpin = _hairpin,
            DoubleNat = JudgeDoubleNat(v4.Outside),
            VantagePoints = v4.Vantages + v6.Vantages,
        };
        IReadOnlyList<InternetEndpoint> observed = _classifier.Outside(now, ObservedMax);
        bool isNews = report with { OutsideV4At = Report.OutsideV4At } != Report || !observed.SequenceEqual(Observed);
        Report = report;
        Observed = observed;
        if (isNews)
        {
            Raise(NatEvent.Changed);
        }
    }

    private void Raise(NatEvent natEvent)
    {
        if (!_events.Contains(natEvent))
        {
            _events.Enqueue(natEvent);
        }
    }
}
