using Kith.Protocol.Discovery;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Where this node may be reached: its own addresses, mapped ports, and what others see of it.</content>
public sealed partial class NodeCore
{
    // The first change is stated at once, a flurry of them once in this time.
    private static readonly TimeSpan RepublishInterval = TimeSpan.FromSeconds(2);

    private InternetEndpoint[] _mapped = [];
    private IReadOnlyList<InternetAddress> _localAddresses = [];
    private IReadOnlyList<InternetPrefix> _localNetworks = [];
    private Instant _publishAt = Instant.Never;
    private Instant _publishNotBefore;

    /// <summary>The endpoints this node can be reached at, best first.</summary>
    public IReadOnlyList<InternetEndpoint> OwnEndpoints => [.. OwnCandidates.Select(candidate => candidate.Endpoint)];

    /// <summary>
    /// What this node states of itself, at most <see cref="NodeLimits.OwnCandidatesMax"/>: in turns one mapped port, one observed endpoint, one IPv6 address and
    /// one address of the local network, so that whoever keeps only a few has one of each kind.
    /// </summary>
    public IReadOnlyList<Candidate> OwnCandidates
    {
        get
        {
            IEnumerable<Candidate>[] kinds =
            [
                _mapped.Select(endpoint => new Candidate(CandidateKind.Mapped, endpoint)),
                _observed.Select(endpoint => new Candidate(CandidateKind.Observed, endpoint)),
                Local(CandidateKind.GlobalV6),
                Local(CandidateKind.Lan),
            ];
            return [.. kinds
                .SelectMany(kind => kind.Select((candidate, turn) => (candidate, turn)))
                .OrderBy(entry => entry.turn)
                .Select(entry => entry.candidate)
                .DistinctBy(candidate => candidate.Endpoint)
                .Take(NodeLimits.OwnCandidatesMax)];
        }
    }

    /// <summary>
    /// The machine's addresses on its networks, the TUN device's left out. Called at the start and whenever they change: paths are probed
    /// anew and members are told. False if they are what they were.
    /// </summary>
    public bool HandleLocalAddresses(ClockReading now, IReadOnlyList<InternetPrefix> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        if (addresses.SequenceEqual(_localNetworks))
        {
            return false;
        }

        _localNetworks = [.. addresses];
        _localAddresses = [.. addresses.Select(prefix => prefix.Address).Where(address => !address.IsLinkLocalV6 && !address.IsLoopback)];
        _lan.SetAddresses(_localAddresses);
        HandleNetworkChange(now);
        return true;
    }

    /// <summary>
    /// The way to the Internet may be another although the addresses are the same: a new default route, a gateway that restarted, a machine that slept. What
    /// was learnt of translators is forgotten, paths are probed anew and members are told.
    /// </summary>
    public void HandleNetworkChange(ClockReading now)
    {
        _dhtVantages.Clear();
        _dht?.HandleLocalChange(now);
        _trackers?.HandleNetworkChange(now);
        UpdateTrackers(now);
        _dnsBook.SetMissing(now, CountMissing(), isAnew: true);
        BeginTcpAnew(now);
        _nat.HandleNetworkChange(now, _localAddresses);
        TakeNatReport(now);
        _lan.AnnounceNow(now);
        foreach (RemotePeer peer in _members.Values)
        {
            peer.Paths!.SetLocalPrefixes(now, _localNetworks);
            peer.Paths.HandleLocalChange(now);
            peer.Puncher?.HandleLocalChange(now);
            peer.Attempts = 0;
            peer.NextAttempt = now;
            Touch(now, peer);
        }

        _nextScan = now;
        PublishWhereabouts(now);
        Settle(now);
    }

    /// <summary>
    /// The outside endpoints at which routers map a port to our data socket (PCP, NAT-PMP, UPnP), best first, also private ones: two homes under one carrier's
    /// translator reach each other by them. Called whenever they change; none when the last mapping is gone.
    /// </summary>
    public void HandleMappedEndpoints(ClockReading now, IReadOnlyList<InternetEndpoint> endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        InternetEndpoint[] mapped = [.. endpoints.Where(EndpointField.IsUnicast).Distinct().Take(NodeLimits.MappedEndpointsMax)];
        if (!mapped.SequenceEqual(_mapped))
        {
            _mapped = mapped;
            _nat.HandleMapped(now, mapped);
            SchedulePublish(now);
            Settle(now);
        }
    }

    private IEnumerable<Candidate> Local(CandidateKind kind)
    {
        foreach (InternetAddress address in _localAddresses)
        {
            if ((kind == CandidateKind.GlobalV6) == (!address.IsV4 && !address.IsPrivate))
            {
                yield return new Candidate(kind, new InternetEndpoint(address, _options.Port));
            }
        }
    }

    private void SchedulePublish(ClockReading now)
    {
        NoteSelfNews();
        _publishAt = Instant.Min(_publishAt, Instant.Max(now, _publishNotBefore));
    }

    private void PublishIfDue(ClockReading now)
    {
        if (now.Monotonic >= _publishAt)
        {
            PublishWhereabouts(now);
        }
    }

    private void PublishWhereabouts(ClockReading now)
    {
        NoteSelfNews();
        _publishAt = Instant.Never;
        _publishNotBefore = now.Monotonic + RepublishInterval;
        ulong sequence = Math.Max((ulong)Math.Max(now.WallMilliseconds, 0), (_whereabouts.TryGet(Id, out Whereabouts? last) ? last.Sequence : 0) + 1);
        Whereabouts own = Whereabouts.Sign(_key, sequence, now.WallMilliseconds, Nat.Class, WithTcpOffers(OwnCandidates), OwnRelays());
        AcceptWhereabouts(now, own);
    }
}
