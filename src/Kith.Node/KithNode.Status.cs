using Kith.Node.Control;
using Kith.Node.Explaining;
using Kith.Node.Hosting;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;
using MemberRole = Kith.Node.Control.MemberRole;
using PathKind = Kith.Node.Control.PathKind;
using PathStatus = Kith.Node.Control.PathStatus;

namespace Kith.Node;

/// <content>What the node is in, as users see it.</content>
public sealed partial class KithNode
{
    /// <inheritdoc/>
    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        OnLoopAsync(
            (core, now) => new NodeStatus(
                Summary(core), DescribeAll(core, now), NatWords.Describe(core.Nat), DescribeUpkeep(core, now), DescribeDamages(), DescribeNuisances(core, now)),
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkSummary>> GetNetworksAsync(CancellationToken cancellationToken) =>
        OnLoopAsync<IReadOnlyList<NetworkSummary>>((core, _) => [.. Ordered(core).Select(log => Summarize(core, log))], cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkStatus>> GetMembersAsync(string? network, CancellationToken cancellationToken) =>
        OnLoopAsync<IReadOnlyList<NetworkStatus>>(
            (core, now) => network is null
                ? DescribeAll(core, now)
                : [NetworkLookup.Find(DescribeAll(core, now), network)],
            cancellationToken);

    private static List<NetworkStatus> DescribeAll(NodeCore core, ClockReading now) => [.. Ordered(core).Select(log => Describe(core, log, now))];

    private static IOrderedEnumerable<MembershipLog> Ordered(NodeCore core) => core.Networks.OrderBy(log => log.State.Name, StringComparer.Ordinal);

    private static MemberRole ToRole(Protocol.Membership.MemberRole role) =>
        role == Protocol.Membership.MemberRole.Admin ? MemberRole.Admin : MemberRole.Member;

    private static NetworkSummary Summarize(NodeCore core, MembershipLog log)
    {
        Member self = log.State.Members[core.Id];
        int online = 1 + log.State.Members.Keys.Count(id => id != core.Id && core.DescribePeer(id).Online);
        return new NetworkSummary(
            log.Id.ToString(), log.State.Name, ToRole(self.Role), self.V6.ToString(), ToText(self.V4), log.Statements.Count, log.State.Members.Count, online);
    }

    private static NetworkStatus Describe(NodeCore core, MembershipLog log, ClockReading now)
    {
        Member self = log.State.Members[core.Id];
        IEnumerable<MemberStatus> members = log.State.Members.Values
            .OrderByDescending(member => member.Id == core.Id)
            .ThenBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => Describe(core, member, now));
        return new NetworkStatus(
            log.Id.ToString(), log.State.Name, ToRole(self.Role), self.V6.ToString(), ToText(self.V4), log.Statements.Count, [.. members], core.IsBeingRepaired(log.Id));
    }

    private static MemberStatus Describe(NodeCore core, Member member, ClockReading now)
    {
        bool isSelf = member.Id == core.Id;
        PeerDescription peer = core.DescribePeer(member.Id);
        DateTimeOffset? lastSeen = isSelf
            ? DateTimeOffset.FromUnixTimeMilliseconds(now.WallMilliseconds)
            : peer.LastSeen is { } seen ? DateTimeOffset.FromUnixTimeMilliseconds(now.WallMilliseconds) - (now.Monotonic - seen) : null;
        return new MemberStatus(
            member.Id.ToString(),
            member.Name,
            ToRole(member.Role),
            member.V6.ToString(),
            ToText(member.V4),
            isSelf || peer.Online,
            lastSeen,
            isSelf ? PathStatus.Self : Describe(core, peer));
    }

    private static PathStatus Describe(NodeCore core, PeerDescription peer) => peer.Path is { } path
        ? new PathStatus(
            ToKind(path.Kind),
            Protocol.Paths.PathAddress.IsSpecial(path.Endpoint) ? null : path.Endpoint.ToString(),
            peer.Via is { } via ? core.Networks.Select(log => log.State.Members.GetValueOrDefault(via)?.Name).FirstOrDefault(name => name is not null) : null,
            path.Rtt?.TotalMilliseconds is { } rtt ? Math.Round(rtt, 3) : null,
            path.Mtu)
        : PathStatus.None;

    private static PathKind ToKind(Protocol.Paths.PathKind kind) => kind switch
    {
        Protocol.Paths.PathKind.Lan => PathKind.Lan,
        Protocol.Paths.PathKind.Relay => PathKind.Relay,
        Protocol.Paths.PathKind.Mesh => PathKind.Mesh,
        Protocol.Paths.PathKind.Tcp => PathKind.Tcp,
        _ => PathKind.Direct,
    };

    private static UpkeepStatus DescribeUpkeep(NodeCore core, ClockReading now)
    {
        (long bytes, int over, long budget) = core.Upkeep(now);
        return new UpkeepStatus(bytes, over, budget);
    }

    private static List<NuisanceStatus>? DescribeNuisances(NodeCore core, ClockReading now) => core.Nuisances is { Count: > 0 } nuisances
        ? [.. nuisances.Select(nuisance => new NuisanceStatus(
            nuisance.Node.ToString(),
            NameOf(core, nuisance.Node),
            NuisanceWords.NameOf(nuisance.Kind),
            nuisance.Count,
            DateTimeOffset.FromUnixTimeMilliseconds(now.WallMilliseconds) - (now.Monotonic - nuisance.Last),
            NuisanceWords.Of(nuisance)))]
        : null;

    private static string NameOf(NodeCore core, NodeId id) =>
        core.Networks.Select(log => log.State.Members.GetValueOrDefault(id)?.Name).FirstOrDefault(name => name is not null) ?? id.ToString()[..8];

    private static string? ToText(InternetAddress address) => address.IsNone ? null : address.ToString();

    private NodeSummary Summary(NodeCore core) => new(core.Id.ToString(), _deviceName, KithVersion.Text, _fastPath.Port, _tun?.Name, core.RelayedBytes, _tun is null ? WithoutTun().Reason : null, _tun is null ? WithoutTun().Advice : null);
}
