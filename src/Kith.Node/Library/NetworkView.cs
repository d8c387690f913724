using System.Net;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;

namespace Kith.Node;

/// <summary>A picture of a node's networks for whoever embeds it, and what changed between two of them. Immutable.</summary>
internal sealed class NetworkView
{
    /// <summary>No network at all.</summary>
    public static readonly NetworkView Empty = new([]);

    /// <summary>Keeps networks as they are.</summary>
    public NetworkView(IReadOnlyList<KithNetwork> networks)
    {
        Networks = networks;
        Members = [.. networks.SelectMany(network => network.Members)];
    }

    /// <summary>The networks, by name.</summary>
    public IReadOnlyList<KithNetwork> Networks { get; }

    /// <summary>The members of all of them.</summary>
    public IReadOnlyList<KithMember> Members { get; }

    /// <summary>Takes the picture. On the core's loop.</summary>
    public static NetworkView Of(NodeCore core, Func<NodeId, Control.PathStatus> path) =>
        new([.. core.Networks.OrderBy(log => log.State.Name, StringComparer.Ordinal).Select(log => Of(core, log, path))]);

    /// <summary>What happened between an earlier picture and this one, in an order in which no event speaks of what was not told yet.</summary>
    public IEnumerable<KithEvent> Since(NetworkView before)
    {
        Dictionary<NetworkId, KithNetwork> old = before.Networks.ToDictionary(network => network.Id);
        Dictionary<(NetworkId, NodeId), KithMember> oldMembers = before.Members.ToDictionary(member => (member.Network, member.Id));
        foreach (KithNetwork network in Networks)
        {
            if (!old.Remove(network.Id))
            {
                yield return new KithEvent.Joined(network);
            }
        }

        foreach (KithMember member in Members)
        {
            bool isKnown = oldMembers.Remove((member.Network, member.Id), out KithMember? was);
            foreach (KithEvent news in isKnown ? Since(was!, member) : First(member))
            {
                yield return news;
            }
        }

        foreach (KithMember gone in oldMembers.Values.Where(member => !old.ContainsKey(member.Network)))
        {
            yield return new KithEvent.MemberRemoved(gone);
        }

        foreach (KithNetwork left in old.Values)
        {
            yield return new KithEvent.Removed(left);
        }
    }

    private static IEnumerable<KithEvent> First(KithMember member)
    {
        if (member.IsSelf)
        {
            yield break;
        }

        yield return new KithEvent.MemberAdded(member);
        if (member.IsOnline)
        {
            yield return new KithEvent.MemberOnline(member);
        }
    }

    private static IEnumerable<KithEvent> Since(KithMember was, KithMember now)
    {
        if (was.Name != now.Name || was.Role != now.Role || !was.Addresses.SequenceEqual(now.Addresses))
        {
            yield return new KithEvent.MemberChanged(now, was);
        }

        if (was.IsOnline != now.IsOnline)
        {
            yield return now.IsOnline ? new KithEvent.MemberOnline(now) : new KithEvent.MemberOffline(now);
        }
        else if ((was.Path.Kind, was.Path.Endpoint, was.Path.Via) != (now.Path.Kind, now.Path.Endpoint, now.Path.Via))
        {
            yield return new KithEvent.PathChanged(now);
        }
    }

    private static KithNetwork Of(NodeCore core, MembershipLog log, Func<NodeId, Control.PathStatus> path)
    {
        IEnumerable<KithMember> members = log.State.Members.Values
            .OrderByDescending(member => member.Id == core.Id)
            .ThenBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => Of(core, log, member, path));
        Member self = log.State.Members[core.Id];
        return new KithNetwork(log.Id, log.State.Name, Role(self), Addresses(self), [.. members]);
    }

    private static KithMember Of(NodeCore core, MembershipLog log, Member member, Func<NodeId, Control.PathStatus> path)
    {
        bool isSelf = member.Id == core.Id;
        return new KithMember(
            member.Id,
            member.Name,
            log.Id,
            log.State.Name,
            Role(member),
            Addresses(member),
            isSelf,
            isSelf || core.DescribePeer(member.Id).Online,
            isSelf ? Control.PathStatus.Self : path(member.Id));
    }

    private static Control.MemberRole Role(Member member) => member.IsAdmin ? Control.MemberRole.Admin : Control.MemberRole.Member;

    private static IPAddress[] Addresses(Member member) =>
        member.V4.IsNone ? [member.V6.ToIPAddress()] : [member.V6.ToIPAddress(), member.V4.ToIPAddress()];
}
