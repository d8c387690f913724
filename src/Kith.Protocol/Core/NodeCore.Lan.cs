using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Who is heard on the local network, and who may hear us there.</content>
public sealed partial class NodeCore
{
    /// <summary>A datagram of the multicast socket.</summary>
    public void HandleLanDatagram(ClockReading now, in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        _lan.HandleDatagram(now, source, datagram);
        Settle(now);
    }

    private bool HandleLanEvents(ClockReading now)
    {
        bool any = false;
        while (_lan.TryGetEvent(out LanEvent found))
        {
            any = true;
            foreach (JoinAttempt join in _joins)
            {
                if (found.InviteKey == join.InviteKey.Id.Value)
                {
                    AddJoinHost(now, join, found.Node, [found.Endpoint]);
                }
            }

            if (_members.TryGetValue(found.Node, out RemotePeer? peer))
            {
                _lanHeard = now;
                peer.Words.Note(now, DiscoverySource.Lan, "", $"heard at {found.Endpoint}");
                peer.Paths!.AddCandidate(now, CandidateSource.Lan, found.Endpoint);
                CallNow(now, peer, [found.Endpoint]);
            }
        }

        return any;
    }

    private void UpdateLan(ClockReading now)
    {
        List<LanNetwork> networks = [];
        List<LanInvite> invites = [];
        foreach (LocalNetwork network in _networks.Values)
        {
            if (network.IsActive && network.Secret is { } secret)
            {
                networks.Add(new LanNetwork(network.Id, secret.Value.ToArray()));
            }
        }

        foreach (RemotePeer invite in _invites.Values)
        {
            invites.Add(new LanInvite(invite.Networks[0].Id, invite.Id.Value));
        }

        _lan.SetNetworks(networks);
        _lan.SetInvites(invites);
        _lan.AnnounceNow(now);
    }
}
