using System.Collections.Frozen;
using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Who is reached through whom.</content>
public sealed partial class NodeCore
{
    // A null stands for a short id that several members have: it names nobody.
    private readonly Dictionary<ulong, RemotePeer?> _shortIds = [];
    private RelayTable _relayTable = RelayTable.Empty;
    private bool _relaysStale;

    private RemotePeer? FindByShortId(ulong shortId) => _shortIds.GetValueOrDefault(shortId);

    private void UpdateShortIds()
    {
        _shortIds.Clear();
        _shortIds[Id.ShortId] = null;
        foreach (RemotePeer peer in _members.Values)
        {
            _shortIds[peer.ShortId] = _shortIds.ContainsKey(peer.ShortId) ? null : peer;
        }

        _relaysStale = true;
    }

    private void NoteNeighbour(RemotePeer peer)
    {
        bool isNeighbour = peer.PathEndpoint is { } endpoint && !IsRelayed(endpoint);
        bool isInDoubt = peer.Paths!.IsInDoubt;
        if (isNeighbour != peer.IsNeighbour || isInDoubt != peer.IsInDoubt)
        {
            peer.IsNeighbour = isNeighbour;
            peer.IsInDoubt = isInDoubt;
            _relaysStale = true;
        }
    }

    // After members or neighbours changed: new relays are tried, old ones let go, and the packet path is told.
    private bool UpdateRelays(ClockReading now)
    {
        if (!_relaysStale)
        {
            return false;
        }

        _relaysStale = false;
        RemotePeer[] neighbours = [.. _members.Values.Where(peer => peer.IsNeighbour && FindByShortId(peer.ShortId) == peer)
            .OrderBy(peer => peer.Paths!.Current?.Rtt ?? TimeSpan.MaxValue).ThenBy(peer => peer.Id)];
        foreach (RemotePeer peer in _members.Values)
        {
            DropDeadRelays(now, peer);
            UpdateRelaysOf(now, peer, neighbours);
        }

        UpdateRelayTable();
        return true;
    }

    private void UpdateRelaysOf(ClockReading now, RemotePeer peer, RemotePeer[] neighbours)
    {
        List<InternetEndpoint> endpoints = [];
        if ((!peer.IsNeighbour || peer.IsInDoubt) && FindByShortId(peer.ShortId) == peer)
        {
            foreach (RemotePeer via in neighbours)
            {
                if (endpoints.Count < NodeLimits.HopefulRelaysMax && via != peer && ShareNetwork(via, peer, peer))
                {
                    endpoints.Add(PathAddress.Relay(via.Link.Id, peer.Link.Id));
                }
            }
        }

        List<InternetEndpoint> added = [.. endpoints.Where(endpoint => !peer.Relays.Contains(endpoint))];
        if (added.Count == 0 && endpoints.Count == peer.Relays.Count)
        {
            return;
        }

        peer.Relays = endpoints;
        peer.Paths!.SetCandidates(now, CandidateSource.Relay, endpoints);
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
            peer.Relays.Remove(endpoint);
            peer.Paths.Remove(now, endpoint);
        }

        if (dead.Count > 0)
        {
            Touch(now, peer);
        }
    }

    private static RemotePeer? FindNextHop(RemotePeer destination, out int distance)
    {
        distance = 1;
        return destination.IsNeighbour ? destination : null;
    }

    private static byte HopsFor(RemotePeer via, RemotePeer peer) => via == peer ? (byte)0 : (byte)1;

    private void UpdateRelayTable()
    {
        Dictionary<LocalNetwork, int> bits = [];
        Dictionary<ulong, RelayMember> members = [];
        foreach (RemotePeer peer in _members.Values)
        {
            if (FindByShortId(peer.ShortId) != peer)
            {
                continue;
            }

            uint networks = 0;
            foreach (LocalNetwork network in peer.Networks)
            {
                networks |= 1u << (bits.TryGetValue(network, out int bit) ? bit : bits[network] = bits.Count);
            }

            PeerLink? next = FindNextHop(peer, out int distance)?.Link;
            members[peer.ShortId] = new RelayMember(peer.Link, networks, next, (byte)distance);
        }

        bool isSame = _relayTable.Self == Id.ShortId && _relayTable.Members.Count == members.Count
            && members.All(entry => _relayTable.Members.GetValueOrDefault(entry.Key) == entry.Value);
        if (!isSame)
        {
            _relayTable = new RelayTable(Id.ShortId, members.ToFrozenDictionary(), _options.RelayForOthers) { Budget = _relayBudget };
            SnapshotVersion++;
        }
    }
}
