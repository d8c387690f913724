using System.Collections.Frozen;
using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Which peers there are, and keeping each of them reachable.</content>
public sealed partial class NodeCore
{
    // A member that did not answer for the specification's 90 s is called once in this time. What broke is to heal within 60 seconds, also
    // where one call is lost: two must fit in. An absent device costs some 150 bytes a call for each of its candidates.
    private static readonly TimeSpan RecallInterval = TimeSpan.FromSeconds(25);

    private readonly PriorityQueue<RemotePeer, Instant> _pathDeadlines = new();

    private Instant NextPathDeadline => _pathDeadlines.TryPeek(out _, out Instant due) ? due : Instant.Never;

    /// <summary>The tables of the fast path as they are now.</summary>
    public TunnelSnapshot BuildSnapshot()
    {
        Dictionary<InternetAddress, TunnelRoute> routes = new(_routes.Count);
        foreach ((InternetAddress address, PeerRoute route) in _routes)
        {
            routes[address] = new TunnelRoute(route.Peer.Link, route.Local);
        }

        Dictionary<uint, TunnelReceiver> receivers = [];
        _tunnel.CollectReceivers(receivers);
        return new TunnelSnapshot(routes.ToFrozenDictionary(), receivers.ToFrozenDictionary(), _relayTable);
    }

    // Brings peers, routes, stack addresses and LAN keys in line with the networks' states. Called after every change of one.
    private void Reconcile(ClockReading now)
    {
        Dictionary<NodeId, List<LocalNetwork>> wanted = [];
        Dictionary<NodeId, LocalNetwork> wantedInvites = [];
        HashSet<InternetAddress> local = [];
        foreach (LocalNetwork network in _networks.Values)
        {
            if (network.Self is not { } self)
            {
                continue;
            }

            local.Add(self.V6);
            local.Add(self.V4);
            foreach (NodeId member in network.Log.State.Members.Keys)
            {
                if (member != Id)
                {
                    (wanted.TryGetValue(member, out List<LocalNetwork>? shared) ? shared : wanted[member] = []).Add(network);
                }
            }

            foreach (InviteState invite in network.Log.State.Invites.Values)
            {
                if (IsAnswered(invite, now))
                {
                    wantedInvites[invite.Key] = network;
                }
            }
        }

        DropUnwanted(now, _members, wanted.Keys);
        DropUnwanted(now, _invites, wantedInvites.Keys);
        foreach ((NodeId id, List<LocalNetwork> networks) in wanted)
        {
            if (FindOrAddMember(now, id) is { } peer && !peer.Networks.SequenceEqual(networks))
            {
                LeaveStreamsOf(now, peer, networks);
                peer.Networks.Clear();
                peer.Networks.AddRange(networks);

                // Members of a network that it is new in have not been told where it is.
                _whereabouts.Touch(id);
            }
        }

        foreach ((NodeId key, LocalNetwork network) in wantedInvites)
        {
            AddInvitePeer(key, network);
        }

        UpdateRoutes();
        AbortOrphans(now);
        UpdateShortIds();
        UpdateStackAddresses(local);
        UpdateLan(now);
        SnapshotVersion++;
        Raise(new NodeEvent.AddressingChanged());
    }

    private RemotePeer? FindOrAddMember(ClockReading now, NodeId id)
    {
        if (_members.TryGetValue(id, out RemotePeer? peer))
        {
            return peer;
        }

        if (!id.TryGetTunnelPublicKey(out Bytes32 publicKey))
        {
            return null;
        }

        TunnelPeer tunnel = _tunnel.AddPeer(publicKey, NewLink());
        peer = new RemotePeer(id, RemotePeerKind.Member, _tunnel, tunnel, new PathTable(_random));
        tunnel.Tag = peer;
        _members[id] = peer;
        _links[peer.Link.Id] = peer;
        AddPuncher(now, peer);
        peer.Paths!.SetLocalPrefixes(now, _localNetworks);
        peer.Paths.SetCandidates(now, CandidateSource.Static, _options.StaticPeers);
        if (_whereabouts.TryGet(id, out Whereabouts? known))
        {
            peer.Words.Note(now, DiscoverySource.Cache, "", $"its record of {Stamp(known)} was kept");
        }

        UseWhereabouts(now, peer);
        peer.NextAttempt = now;
        peer.OfflineSince = now;
        _nextScan = now;
        return peer;
    }

    private void AddInvitePeer(NodeId key, LocalNetwork network)
    {
        if (_invites.ContainsKey(key) || !key.TryGetTunnelPublicKey(out Bytes32 publicKey))
        {
            return;
        }

        PeerLink link = NewLink();
        link.ControlOnly = true;
        TunnelPeer tunnel = _tunnel.AddPeer(publicKey, link, severalDevices: true);
        RemotePeer peer = new(key, RemotePeerKind.Invite, _tunnel, tunnel, null);
        tunnel.Tag = peer;
        peer.Networks.Add(network);
        _invites[key] = peer;
        _links[link.Id] = peer;
    }

    private void DropUnwanted(ClockReading now, Dictionary<NodeId, RemotePeer> peers, IReadOnlyCollection<NodeId> wanted)
    {
        foreach (RemotePeer peer in peers.Values.Where(peer => !wanted.Contains(peer.Id)).ToList())
        {
            peers.Remove(peer.Id);
            EraseWordLater(peer);
            _links.Remove(peer.Link.Id);
            CloseTcpOf(now, peer);
            LeaveStreamsOf(now, peer, []);
            peer.Puncher?.Release(now);
            _tunnel.RemovePeer(peer.Tunnel);
            foreach (JoinGuest guest in _guests.Values.Where(guest => guest.Invite == peer).ToList())
            {
                _guests.Remove(guest.Address);
            }
        }
    }

    private void UpdateRoutes()
    {
        _routes.Clear();
        foreach (RemotePeer peer in _members.Values)
        {
            foreach (LocalNetwork network in peer.Networks)
            {
                Member self = network.Self!;
                Member member = network.Log.State.Members[peer.Id];
                _routes[member.V6] = new PeerRoute(peer, network, self.V6);
                if (!member.V4.IsNone && !self.V4.IsNone)
                {
                    _routes[member.V4] = new PeerRoute(peer, network, self.V4);
                }
            }
        }
    }

    private void UpdateStackAddresses(HashSet<InternetAddress> wanted)
    {
        foreach (JoinAttempt join in _joins)
        {
            wanted.Add(join.LocalAddress);
        }

        foreach (InternetAddress address in _stackAddresses.Except(wanted).ToList())
        {
            _stackAddresses.Remove(address);
            _stack.RemoveAddress(address);
        }

        foreach (InternetAddress address in wanted)
        {
            if (!address.IsNone && _stackAddresses.Add(address))
            {
                _stack.AddAddress(address);
            }
        }
    }

    // Once a second: members that are not reachable are called, at first without pause, later now and then.
    private void Scan(ClockReading now)
    {
        foreach (RemotePeer peer in _members.Values)
        {
            PathTable paths = peer.Paths!;
            ReportOnline(peer);
            if (paths.Online)
            {
                peer.Attempts = 0;
                peer.OfflineSince = now;
                OpenStreams(now, peer);
            }
            else if (now.Monotonic >= peer.NextAttempt && (paths.Paths.Count > 0 || HasGuesses(peer)) && !peer.Tunnel.IsHandshakeUnderWay)
            {
                peer.Tunnel.AttemptTime = peer.Attempts == 0 ? TunnelSpecification.RekeyAttemptTime : TimeSpan.Zero;
                peer.NextAttempt = now.Monotonic + RecallInterval;
                peer.Attempts++;
                _tunnel.BeginHandshake(now, peer.Tunnel);
            }
        }

        PlanTcp(now);
        JudgeBlocked(now);
        HurryHandshakes(now);
        AskForSecrets(now);
        CleanLinks(now);
        PublishLinks(now);
        SaveWhereaboutsIfDue(now);
        Repair(now);
        RunErrands(now);
        SendOpeners();
        SaveDhtIfDue(now);
        UpdateTrackers(now);
        UpdateDns(now);
        ReplaceStaleSecrets(now);
        CloseIdleStreams(now);
        CollectNuisances(now);
    }

    // Whoever is called because there is word of it should answer at once; whoever is only called now and then need not.
    private void HurryHandshakes(ClockReading now)
    {
        foreach (RemotePeer peer in _members.Values)
        {
            if (peer is { Paths.Online: false, Tunnel.IsHandshakeUnderWay: true } && peer.Tunnel.AttemptTime > TimeSpan.Zero)
            {
                _tunnel.HurryHandshake(now, peer.Tunnel);
            }
        }
    }

    // Something new is known of where a peer is: it is called at once if it is not reachable.
    private void CallNow(ClockReading now, RemotePeer peer, IReadOnlyList<InternetEndpoint> endpoints)
    {
        if (!peer.Paths!.Online)
        {
            peer.Attempts = 0;
            peer.Tunnel.AttemptTime = TunnelSpecification.RekeyAttemptTime;
            _tunnel.BeginHandshake(now, peer.Tunnel);
            TryAlso(now, peer, endpoints);
        }

        Touch(now, peer);
    }

    private void ReportOnline(RemotePeer peer)
    {
        bool online = peer.Paths!.Online;
        if (online != peer.ReportedOnline)
        {
            peer.ReportedOnline = online;
            Raise(new NodeEvent.MemberOnline(peer.Id, online));
        }
    }

    private bool HandleTunnelEvents(ClockReading now, TunnelMachine machine)
    {
        bool any = false;
        while (machine.TryGetEvent(out TunnelEvent tunnelEvent))
        {
            any = true;
            if (!_links.TryGetValue(tunnelEvent.Peer.Link.Id, out RemotePeer? peer))
            {
                continue;
            }

            if (tunnelEvent.Kind == TunnelEventKind.SessionEstablished)
            {
                HandleEstablished(now, peer, tunnelEvent.Endpoint);
            }
            else if (peer.Paths is { } paths && peer.Link.Current is null)
            {
                paths.HandleSessionDown(now);
                Touch(now, peer);
            }
        }

        return any;
    }

    private void HandleEstablished(ClockReading now, RemotePeer peer, in InternetEndpoint endpoint)
    {
        switch (peer.Kind)
        {
            case RemotePeerKind.Member when IsWayTo(peer, endpoint):
                NoteGuessed(now, peer, endpoint);
                peer.Paths!.HandleSessionUp(now);
                NoteHeard(now, peer, endpoint);
                Touch(now, peer);
                ReportOnline(peer);
                OpenStreams(now, peer);
                break;
            case RemotePeerKind.JoinHost:
                peer.Link.Endpoint = endpoint;
                HandleJoinSession(now, peer);
                break;
            default:
                break;
        }
    }

    // After anything that may have changed a peer's paths: take over its choice, its probes and its next deadline.
    private void Touch(ClockReading now, RemotePeer peer)
    {
        PathTable paths = peer.Paths!;
        UpdatePunching(now, peer);
        while (paths.TryGetEvent(out _))
        {
            // What changed is read below.
        }

        if (paths.Current?.Endpoint != peer.PathEndpoint)
        {
            peer.PathEndpoint = paths.Current?.Endpoint;
            UpdateLink(peer);
            Raise(new NodeEvent.PathChanged(peer.Id, peer.PathEndpoint));
        }

        NoteNeighbour(peer);

        ReportOnline(peer);
        if (!peer.IsProbing)
        {
            peer.IsProbing = true;
            _probing.Enqueue(peer);
        }

        Instant next = Instant.Min(paths.NextTimeout, peer.Puncher?.NextTimeout ?? Instant.Never);
        if (next < peer.Scheduled)
        {
            peer.Scheduled = Instant.Max(next, now);
            _pathDeadlines.Enqueue(peer, peer.Scheduled);
        }
    }

    private void HandlePathDeadlines(ClockReading now)
    {
        while (_pathDeadlines.TryPeek(out RemotePeer? peer, out Instant due) && due <= now.Monotonic)
        {
            _pathDeadlines.Dequeue();
            if (peer.Scheduled != due || !_members.ContainsKey(peer.Id))
            {
                continue;
            }

            peer.Scheduled = Instant.Never;
            peer.Paths!.HandleTimeout(now);
            HandlePunchTimeout(now, peer);
            Touch(now, peer);
        }
    }

    /// <summary>How a device is reached now.</summary>
    public PeerDescription DescribePeer(NodeId node) =>
        _members.TryGetValue(node, out RemotePeer? peer) ? new PeerDescription(peer.Paths!.Online, peer.Paths.LastSeen, peer.Paths.Current, ViaOf(peer)) : default;
}
