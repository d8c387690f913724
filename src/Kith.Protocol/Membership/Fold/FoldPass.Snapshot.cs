using Kith.Protocol.Identity;

namespace Kith.Protocol.Membership.Fold;

/// <summary>What the pass leaves behind for others to read.</summary>
internal sealed partial class FoldPass
{
    /// <summary>The state as of the statements taken so far; null before the genesis statement.</summary>
    internal NetworkState? ToState(NetworkId network)
    {
        if (_genesis is null)
        {
            return null;
        }

        Dictionary<NodeId, Member> members = new(_memberCount);
        foreach (FoldedDevice device in _devices.Values)
        {
            if (device.IsMember)
            {
                members.Add(device.Id, new Member(
                    device.Id, device.Name, device.Role, VirtualAddress.ForV6(network, device.Id), device.V4, rulings.IsFrozen(device.Id), device.JoinedWith, device.AdmittedOrder));
            }
        }

        Dictionary<NodeId, InviteState> invites = new(_invites.Count);
        foreach ((NodeId key, List<FoldedInvite> sameKey) in _invites)
        {
            FoldedInvite invite = sameKey[0];
            invites.Add(key, new InviteState(
                key, invite.Body.Role, invite.Body.Uses, invite.Used, invite.Body.ExpiresMilliseconds, revocations.HasInvite(key), invite.Entry.Statement.Author));
        }

        bool secretIsStale = _secret is null || revocations.OfNodes.Any(revocation => !revocation.IsSeenBy(_secret));
        return new NetworkState(
            network,
            _genesis.NetworkName,
            _genesis.Ipv4Prefix,
            members,
            invites,
            new HashSet<NodeId>(_revoked),
            _secret is null ? 0 : EpochOf(_secret),
            _secret?.Statement.Hash ?? default,
            secretIsStale);
    }
}
