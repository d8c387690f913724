using System.Collections.Frozen;
using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Who is reached through whom: routes from what members state of their links, and the relays each member is tried through.</content>
public sealed partial class NodeCore
{
    // How often a packet may be passed on that answers one which came through a relay we know no route through: that relay has one.
    private const byte UnknownRouteHops = 3;

    // Relays are stated in the whereabouts for the day on which nothing else is known, so a flurry of changes makes one record.
    private static readonly TimeSpan RelayStatementDelay = TimeSpan.FromSeconds(10);

    // A null stands for a short id that several members have: it names nobody.
    private readonly Dictionary<ulong, RemotePeer?> _shortIds = [];
    private RelayTable _relayTable = RelayTable.Empty;
    private bool _relaysStale;
    private Instant _relaysNotBefore;

    private Instant NextRelayDeadline => _relaysStale ? Instant.Min(_relaysNotBefore, _linksAt) : _linksAt;

    private static byte HopsFor(RemotePeer via, RemotePeer peer) => peer.Relays.GetValueOrDefault(via, UnknownRouteHops);

    private static RemotePeer? FindNextHop(RemotePeer destination, out int distance)
    {
        distance = destination.IsNeighbour ? 1 : destination.Distance;
        return destination.IsNeighbour ? destination : destination.NextHop;
    }

    // A source whose best way is broken may know better than we do that it leads back to it.
    private static RemotePeer? FindNextHop(RemotePeer destination, RemotePeer origin, RemotePeer from, byte hopsLeft, out int distance)
    {
        RemotePeer? next = FindNextHop(destination, out distance);
        if (next == from && from == origin)
        {
            (next, distance) = destination.Detours.Find(detour => detour.Distance <= hopsLeft);
        }

        return next;
    }

    private RemotePeer? FindByShortId(ulong shortId) => _shortIds.GetValueOrDefault(shortId);

    private void UpdateShortIds()
    {
        _shortIds.Clear();
        _shortIds[Id.ShortId] = null;
        foreach (RemotePeer peer in _members.Values)
        {
            _shortIds[peer.ShortId] = _shortIds.ContainsKey(peer.ShortId) ? null : peer;
        }

        // Whoever was removed must not be a relay for a moment longer.
        _relaysStale = true;
        _relaysNotBefore = default;
    }

    private void NoteNeighbour(RemotePeer peer)
    {
        PathChoice? current = peer.Paths!.Current;
        bool isNeighbour = current is { } path && !IsRelayed(path.Endpoint);
        bool isMeasured = isNeighbour && current?.Rtt is not null;
        bool isInDoubt = peer.Paths.IsInDoubt;
        if (isNeighbour != peer.IsNeighbour || isMeasured != peer.IsMeasured || isInDoubt != peer.IsInDoubt)
        {
            peer.IsNeighbour = isNeighbour;
            peer.IsMeasured = isMeasured;
            peer.IsInDoubt = isInDoubt;
            _relaysStale = true;
        }
    }

    // After members, neighbours or reports changed: what we state, the routes, the relays that members are tried through, and what the packet path knows.
    private bool UpdateRelays(ClockReading now)
    {
        if (now.Monotonic >= _linksAt)
        {
            PublishLinks(now);
        }

        if (!_relaysStale || now.Monotonic < _relaysNotBefore)
        {
            return false;
        }

        PublishLinks(now);
        _relaysStale = false;
        _relaysNotBefore = now.Monotonic + (LinkLimits.RouteInterval * (1 + (_members.Count / LinkLimits.MembersPerRouteInterval)));
        Dictionary<LocalNetwork, LinkGraph> graphs = [];
        foreach (LocalNetwork network in _networks.Values.Where(network => network.IsActive))
        {
            graphs[network] = BuildGraph(network);
        }

        Dictionary<LocalNetwork, RouteLabel[]> labels = graphs.ToDictionary(entry => entry.Key, entry => RouteComputation.Compute(entry.Value, 0));
        UpdateNextHops(graphs, labels);
        RemotePeer[] neighbours = [.. _members.Values.Where(peer => peer.IsNeighbour && FindByShortId(peer.ShortId) == peer)
            .OrderBy(peer => peer.Paths!.Current?.Rtt ?? TimeSpan.MaxValue).ThenBy(peer => peer.Id)];
        int computed = 0;
        foreach (RemotePeer peer in _members.Values)
        {
            DropDeadRelays(now, peer);
            Dictionary<RemotePeer, byte> relays = [];
            if ((!peer.IsNeighbour || peer.IsInDoubt) && FindByShortId(peer.ShortId) == peer)
            {
                AddKnownRelays(relays, peer, graphs, labels, computed++ < LinkLimits.AlternativesMax);
                AddHopefulRelays(relays, peer, neighbours);
            }

            SetRelays(now, peer, relays);
        }

        UpdateRelayTable();
        StateRelays(now);
        return true;
    }

    private LinkGraph BuildGraph(LocalNetwork network)
    {
        List<StatedLink> own = MeasureLinks(network);
        for (int i = 0; i < own.Count; i++)
        {
            // As stated, so that whoever computes our routes comes to the same; but who owes us an answer is the last choice at once.
            if (network.OwnLinks is { } last && last.TryGetLink(own[i].Neighbour, out StatedLink stated) && stated.IsInDoubt == own[i].IsInDoubt)
            {
                own[i] = stated;
            }
        }

        return LinkGraph.Build(Id.ShortId, own, [.. network.Links.Reports.Where(report => _members.TryGetValue(report.Node, out RemotePeer? peer) && FindByShortId(peer.ShortId) == peer)]);
    }

    private void UpdateNextHops(Dictionary<LocalNetwork, LinkGraph> graphs, Dictionary<LocalNetwork, RouteLabel[]> labels)
    {
        foreach (RemotePeer peer in _members.Values)
        {
            peer.NextHop = null;
            peer.RouteNetwork = null;
            peer.Detours.Clear();
            peer.Distance = 0;
            RouteLabel best = RouteLabel.Unreachable;
            foreach (LocalNetwork network in peer.Networks)
            {
                if (graphs.TryGetValue(network, out LinkGraph? graph) && graph.TryGetIndex(peer.ShortId, out int index)
                    && labels[network][index] is { IsReachable: true } label && label.CompareWay(best) < 0)
                {
                    best = label;
                    peer.NextHop = FindByShortId(graph.IdOf(label.First));
                    peer.Distance = label.Hops;
                    peer.RouteNetwork = network;
                }
            }
        }
    }

    private void AddKnownRelays(
        Dictionary<RemotePeer, byte> relays, RemotePeer peer, Dictionary<LocalNetwork, LinkGraph> graphs, Dictionary<LocalNetwork, RouteLabel[]> labels, bool withAlternatives)
    {
        if (!withAlternatives)
        {
            if (peer.NextHop is { } next && next != peer)
            {
                relays[next] = (byte)(peer.Distance - 1);
            }

            return;
        }

        foreach (LocalNetwork network in peer.Networks)
        {
            if (!graphs.TryGetValue(network, out LinkGraph? graph) || !graph.TryGetIndex(peer.ShortId, out int index))
            {
                continue;
            }

            foreach (RelayRoute route in RouteComputation.Alternatives(graph, 0, labels[network], index, NodeLimits.RelayCandidatesMax))
            {
                if (FindByShortId(route.Via) is not { } via)
                {
                    continue;
                }

                if (relays.Count < NodeLimits.RelayCandidatesMax)
                {
                    relays.TryAdd(via, (byte)route.Hops);
                }

                if (network == peer.RouteNetwork && route is { IsDetour: false, IsApart: true })
                {
                    peer.Detours.Add((via, route.Hops + 1));
                }
            }
        }
    }

    // Before both ends have said so, a relay is tried in hope: who says it reaches the peer, whom the peer names, and who has not said anything yet.
    private void AddHopefulRelays(Dictionary<RemotePeer, byte> relays, RemotePeer peer, RemotePeer[] neighbours)
    {
        if (relays.Count >= NodeLimits.HopefulRelaysMax)
        {
            return;
        }

        IReadOnlyList<NodeId> named = _whereabouts.TryGet(peer.Id, out Whereabouts? whereabouts) ? whereabouts.Relays : [];
        IEnumerable<RemotePeer> hopeful = named.Select(node => _members.GetValueOrDefault(node)).OfType<RemotePeer>().Where(via => via.IsNeighbour && FindByShortId(via.ShortId) == via)
            .Concat(neighbours.Take(NodeLimits.HopefulRelaysLookedAt)).Distinct()
            .Where(via => via != peer && !relays.ContainsKey(via) && via.Networks.Exists(network => peer.Networks.Contains(network) && MayReach(network, via, peer)))
            .OrderBy(via => !named.Contains(via.Id));
        foreach (RemotePeer via in hopeful.Take(NodeLimits.HopefulRelaysMax - relays.Count).ToList())
        {
            relays[via] = 1;
        }
    }

    private static bool MayReach(LocalNetwork network, RemotePeer via, RemotePeer peer) =>
        !network.Links.TryGet(via.Id, out LinkReport? report) || report.TryGetLink(peer.ShortId, out _);

    private void SetRelays(ClockReading now, RemotePeer peer, Dictionary<RemotePeer, byte> relays)
    {
        bool isSame = relays.Count == peer.Relays.Count && relays.All(entry => peer.Relays.TryGetValue(entry.Key, out byte hops) && hops == entry.Value);
        if (isSame)
        {
            return;
        }

        List<InternetEndpoint> added = [.. relays.Keys.Where(via => !peer.Relays.ContainsKey(via)).Select(via => PathAddress.Relay(via.Link.Id, peer.Link.Id))];
        peer.Relays = relays;
        peer.Paths!.SetCandidates(now, CandidateSource.Relay, [.. relays.Keys.Select(via => PathAddress.Relay(via.Link.Id, peer.Link.Id))]);
        foreach ((RemotePeer via, byte hops) in relays)
        {
            peer.Paths.SetRelayCount(now, PathAddress.Relay(via.Link.Id, peer.Link.Id), hops);
        }

        UpdateLink(peer);
        if (added.Count > 0)
        {
            CallNow(now, peer, added);
        }
        else
        {
            Touch(now, peer);
        }
    }

    // Nothing can be sent through whoever is no neighbour any more, so no ping needs to find that out.
    private void DropDeadRelays(ClockReading now, RemotePeer peer)
    {
        List<InternetEndpoint> dead = [];
        foreach (PathState path in peer.Paths!.Paths)
        {
            if (PathAddress.TryGetRelay(path.Endpoint, out int viaLink, out _) && !(_links.TryGetValue(viaLink, out RemotePeer? via) && via.IsNeighbour))
            {
                dead.Add(path.Endpoint);
            }
        }

        foreach (InternetEndpoint endpoint in dead)
        {
            peer.Paths.Remove(now, endpoint);
        }

        if (dead.Count > 0)
        {
            Touch(now, peer);
        }
    }

    private void UpdateRelayTable()
    {
        Dictionary<LocalNetwork, int> bits = [];
        Dictionary<ulong, RelayMember> members = [];
        foreach (RemotePeer peer in _members.Values.Where(peer => FindByShortId(peer.ShortId) == peer))
        {
            uint networks = 0;
            foreach (LocalNetwork network in peer.Networks)
            {
                networks |= BitOf(bits, network);
            }

            PeerLink? next = FindNextHop(peer, out int distance)?.Link;
            uint nextNetworks = peer.IsNeighbour || peer.RouteNetwork is null ? uint.MaxValue : BitOf(bits, peer.RouteNetwork);
            members[peer.ShortId] = new RelayMember(peer.Link, networks, next, (byte)distance) { NextNetworks = nextNetworks, HasDetour = peer.Detours.Count > 0 };
        }

        bool isSame = _relayTable.Self == Id.ShortId && _relayTable.Members.Count == members.Count
            && members.All(entry => _relayTable.Members.GetValueOrDefault(entry.Key) == entry.Value);
        if (!isSame)
        {
            _relayTable = new RelayTable(Id.ShortId, members.ToFrozenDictionary(), _options.RelayForOthers) { Budget = _relayBudget };
            SnapshotVersion++;
        }
    }

    // Members through which we may be reached, for those that know no way to us: those stated already, then the fastest to answer. The record goes to all our
    // networks, so nobody is named to a network that is none of his.
    private List<NodeId> OwnRelays()
    {
        int networks = _networks.Values.Count(network => network.IsActive);
        IReadOnlyList<NodeId> stated = _whereabouts.TryGet(Id, out Whereabouts? last) ? last.Relays : [];
        return
        [
            .. _members.Values.Where(peer => peer.IsNeighbour && peer.IsMeasured && peer.Networks.Count == networks)
                .OrderBy(peer => !stated.Contains(peer.Id)).ThenBy(peer => peer.Paths!.Current?.Rtt).ThenBy(peer => peer.Id)
                .Take(Whereabouts.RelaysMax).Select(peer => peer.Id),
        ];
    }

    private void StateRelays(ClockReading now)
    {
        if (_whereabouts.TryGet(Id, out Whereabouts? last) && !last.Relays.ToHashSet().SetEquals(OwnRelays()))
        {
            _publishAt = Instant.Min(_publishAt, now.Monotonic + RelayStatementDelay);
        }
    }

    private static uint BitOf(Dictionary<LocalNetwork, int> bits, LocalNetwork network) =>
        1u << (bits.TryGetValue(network, out int bit) ? bit : bits[network] = bits.Count);
}
