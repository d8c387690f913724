using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>When this node connects to others over TCP, and when it stops.</content>
public sealed partial class NodeCore
{
    /// <summary>How long no UDP path to anybody may work before UDP counts as blocked, and a member may be out of reach before TCP is tried.</summary>
    public static readonly TimeSpan UdpPatience = TimeSpan.FromSeconds(3);

    /// <summary>How long a connection that is not needed any more is kept.</summary>
    public static readonly TimeSpan TcpSpareTime = TimeSpan.FromSeconds(60);

    // Members we keep a connection to at once while UDP is blocked: when one goes, the other still relays.
    private const int TcpKeptMin = 2;
    private static readonly TimeSpan UdpRetryInterval = TimeSpan.FromSeconds(15);

    private readonly Dictionary<NodeId, TcpDial> _dials = [];
    private InternetEndpoint[] _mappedTcp = [];
    private Instant _udpDoubtedSince;
    private Instant _udpRetriedAt;

    /// <summary>Whether it looks as if UDP does not pass here: there is a network and somebody to reach, and no UDP path to anybody has worked for <see cref="UdpPatience"/>.</summary>
    public bool IsUdpBlocked { get; private set; }

    /// <summary>The endpoints at which this node states that it takes TCP connections; none unless it listens.</summary>
    public IReadOnlyList<InternetEndpoint> TcpOffers
    {
        get
        {
            if (_options.TcpPort is not { } port)
            {
                return [];
            }

            IEnumerable<InternetAddress> addresses = _localAddresses.Concat(OwnEndpoints.Select(endpoint => endpoint.Address));
            IEnumerable<InternetEndpoint> own = addresses.Distinct().OrderBy(address => address.IsPrivate).Select(address => new InternetEndpoint(address, port));
            return [.. _mappedTcp.Concat(own).Distinct().Take(NodeLimits.TcpOffersMax)];
        }
    }

    /// <summary>The outside endpoints at which routers map a port to our TCP listener. Called whenever they change; none when the last mapping is gone.</summary>
    public void HandleMappedTcpEndpoints(ClockReading now, IReadOnlyList<InternetEndpoint> endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        InternetEndpoint[] mapped = [.. endpoints.Where(EndpointField.IsUnicast).Distinct().Take(NodeLimits.MappedEndpointsMax)];
        if (!mapped.SequenceEqual(_mappedTcp))
        {
            _mappedTcp = mapped;
            SchedulePublish(now);
            Settle(now);
        }
    }

    /// <summary>The members that this node has an open TCP connection with, either way.</summary>
    public IReadOnlyList<NodeId> TcpPeers =>
        [.. _tcpLinks.Values.Where(link => link.Owner?.Kind == RemotePeerKind.Member).Select(link => link.Owner!.Id).Distinct()];

    private List<Candidate> WithTcpOffers(IReadOnlyList<Candidate> candidates)
    {
        Candidate[] offers = [.. TcpOffers.Select(endpoint => new Candidate(CandidateKind.Tcp, endpoint))];
        return [.. candidates.Take(Candidate.CountMax - offers.Length), .. offers];
    }

    private static InternetEndpoint[] UdpEndpoints(IEnumerable<Candidate> candidates) =>
        [.. candidates.Where(candidate => candidate.Kind != CandidateKind.Tcp).Select(candidate => candidate.Endpoint)];

    // Never at this machine itself, nor into our own tunnel.
    private InternetEndpoint[] TcpEndpoints(NodeId node) => _whereabouts.TryGet(node, out Whereabouts? record)
        ? [.. record.Candidates
            .Where(candidate => candidate.Kind == CandidateKind.Tcp && IsTcpTarget(candidate.Endpoint))
            .Select(candidate => candidate.Endpoint)
            .Take(NodeLimits.TcpOffersMax)]
        : [];

    private bool IsTcpTarget(in InternetEndpoint endpoint) =>
        !endpoint.Address.IsLinkLocalV6 && !_localAddresses.Contains(endpoint.Address) && !_routes.ContainsKey(endpoint.Address);

    // The network is another one: UDP gets its chance again, and what failed over TCP too.
    private void BeginTcpAnew(ClockReading now)
    {
        _udpDoubtedSince = now;
        IsUdpBlocked = false;
        foreach (TcpDial dial in _dials.Values)
        {
            dial.Forgive(now.Monotonic + UdpPatience);
        }
    }

    // Once a second, and when a connection ends.
    private void PlanTcp(ClockReading now)
    {
        JudgeUdp(now);
        CloseUselessTcp(now);
        CloseSpareTcp(now);
        foreach (NodeId gone in _dials.Keys.Where(node => !_members.ContainsKey(node) && !_joins.Exists(join => join.Hosts.ContainsKey(node))).ToList())
        {
            if (_dials[gone].Link is { } link)
            {
                CloseTcp(now, link);
            }

            _dials.Remove(gone);
        }

        int busy = _dials.Values.Count(dial => dial.IsUnderWay || dial.Link is not null);
        foreach (RemotePeer peer in _members.Values)
        {
            bool isMissed = !peer.Paths!.Online && now.Monotonic - peer.OfflineSince >= UdpPatience;
            if ((isMissed || (IsUdpBlocked && busy < TcpKeptMin)) && busy < NodeLimits.TcpDialsMax && TryDial(now, peer.Id, TcpEndpoints(peer.Id)))
            {
                busy++;
            }
        }

        foreach (JoinAttempt join in _joins.Where(join => !join.IsOver && join.Active is null && now.Monotonic - join.Started >= UdpPatience))
        {
            foreach (JoinHost host in join.Hosts.Values)
            {
                if (busy < NodeLimits.TcpDialsMax && TryDial(now, host.Peer.Id, host.TcpEndpoints))
                {
                    busy++;
                }
            }
        }
    }

    private bool TryDial(ClockReading now, NodeId node, IReadOnlyList<InternetEndpoint> endpoints)
    {
        if (endpoints.Count == 0)
        {
            return false;
        }

        if (!_dials.TryGetValue(node, out TcpDial? dial))
        {
            _dials[node] = dial = new TcpDial();
        }

        // A member that has connected to us is at hand already.
        if (!dial.IsDue(now) || _tcpLinks.Values.Any(link => link.Owner?.Id == node))
        {
            return false;
        }

        dial.Begin();
        Raise(new NodeEvent.TcpWanted(node, endpoints));
        return true;
    }

    private void JudgeUdp(ClockReading now)
    {
        bool works = _members.Values.Any(peer => peer.Paths!.HasUdpPath);
        if (works || _members.Count == 0 || _localAddresses.Count == 0)
        {
            _udpDoubtedSince = now;
        }

        bool wasBlocked = IsUdpBlocked;
        IsUdpBlocked = now.Monotonic - _udpDoubtedSince >= UdpPatience;
        bool isBack = wasBlocked && works;
        bool isRetryDue = _tcpLinks.Count > 0 && now.Monotonic - _udpRetriedAt >= UdpRetryInterval;
        if (!isBack && !isRetryDue)
        {
            return;
        }

        _udpRetriedAt = now;
        foreach (RemotePeer peer in _members.Values.Where(peer => peer.Paths!.Online && !peer.Paths.HasUdpPath && (isBack || peer.Paths.Current?.Kind == PathKind.Tcp)))
        {
            peer.Paths!.RetryFailed(now);
            Touch(now, peer);
        }
    }

    private void CloseSpareTcp(ClockReading now)
    {
        foreach (TcpLink link in _tcpLinks.Values.Where(link => link.Expected is not null).ToList())
        {
            bool isNeeded = IsUdpBlocked || link.Owner is not { Paths: { Online: true } paths } || paths.Current?.Kind == PathKind.Tcp;
            link.SpareSince = isNeeded ? null : link.SpareSince ?? now;
            if (link.SpareSince is { } since && now.Monotonic - since >= TcpSpareTime)
            {
                CloseTcp(now, link);
            }
        }
    }
}
