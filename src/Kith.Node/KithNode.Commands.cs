using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kith.Node.Control;
using Kith.Node.Hosting;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Node;

/// <content>What a user asks of the node.</content>
public sealed partial class KithNode
{
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LeaveStep = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public Task<NetworkStatus> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OnLoopAsync(
            (core, now) =>
            {
                if (core.Networks.Any(log => log.State.Name == request.Network))
                {
                    throw new ControlException(ControlError.NetworkExists, $"This node is in a network named '{request.Network}' already.", "Choose another name.");
                }

                return Describe(core, core.CreateNetwork(now, request.Network, _interfaces.OccupiedNetworks), now);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<NetworkSummary> LeaveAsync(LeaveRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        (NetworkId id, NetworkSummary summary) = await OnLoopAsync(
            (core, now) =>
            {
                MembershipLog log = FindNetwork(core, now, request.Network);
                NetworkSummary left = Summarize(core, log);
                core.Leave(now, log.Id);
                return (log.Id, left);
            },
            cancellationToken).ConfigureAwait(false);

        // The statement goes to whoever is connected; after that, or after two seconds, the network is forgotten here.
        for (TimeSpan waited = TimeSpan.Zero; waited < LeavePatience; waited += LeaveStep)
        {
            await Task.Delay(LeaveStep, CancellationToken.None).ConfigureAwait(false);
            if (await OnLoopAsync((core, _) => core.IsFlushed(id), CancellationToken.None).ConfigureAwait(false))
            {
                break;
            }
        }

        await OnLoopAsync(
            (core, now) =>
            {
                core.ForgetNetwork(now, id);
                return true;
            },
            CancellationToken.None).ConfigureAwait(false);
        return summary;
    }

    /// <inheritdoc/>
    public Task<InviteResult> InviteAsync(InviteRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Uses is < 1 or > ushort.MaxValue)
        {
            throw new ControlException(ControlError.Usage, $"An invite has 1 to {ushort.MaxValue} uses.", "Example: kith invite --uses 3");
        }

        if (request.LifetimeSeconds is < 1 or > 3660L * 24 * 3600)
        {
            throw new ControlException(ControlError.Usage, "An invite is good for one second to ten years.", "Example: kith invite --expires 24h");
        }

        return OnLoopAsync(
            (core, now) =>
            {
                MembershipLog log = FindNetwork(core, now, request.Network);
                Protocol.Membership.MemberRole role = request.Role == Control.MemberRole.Admin ? Protocol.Membership.MemberRole.Admin : Protocol.Membership.MemberRole.Member;
                TimeSpan lifetime = TimeSpan.FromSeconds(request.LifetimeSeconds);
                InviteLine line = core.CreateInvite(now, log.Id, role, request.Uses, lifetime);
                DateTimeOffset expires = DateTimeOffset.FromUnixTimeMilliseconds(now.WallMilliseconds) + lifetime;
                string text = line.ToText();
                line.Wipe();
                return new InviteResult(text, log.State.Name, request.Role, request.Uses, expires);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<NetworkStatus> JoinAsync(JoinRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return JoinAsync(request, insistsOnName: false, cancellationToken);
    }

    private async Task<NetworkStatus> JoinAsync(JoinRequest request, bool insistsOnName, CancellationToken cancellationToken)
    {
        using Activity? activity = KithTelemetry.Source.StartActivity("kith.join", ActivityKind.Client);
        try
        {
            NetworkStatus joined = await JoinUnwatchedAsync(request, insistsOnName, cancellationToken).ConfigureAwait(false);
            activity?.SetTag("kith.network.name", joined.Name);
            return joined;
        }
        catch (ControlException failure)
        {
            Fail(activity, failure);
            throw;
        }
    }

    private async Task<NetworkStatus> JoinUnwatchedAsync(JoinRequest request, bool insistsOnName, CancellationToken cancellationToken)
    {
        (InviteLine invite, string? dnsName) = ParseInvite(request.Invite);
        try
        {
            return await JoinAsync(invite, dnsName, insistsOnName, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A join that nobody waits for any more may still be under way, and needs it.
            if (!cancellationToken.IsCancellationRequested)
            {
                invite.Wipe();
            }
        }
    }

    private async Task<NetworkStatus> JoinAsync(InviteLine invite, string? dnsName, bool insistsOnName, CancellationToken cancellationToken)
    {
        TaskCompletionSource<NodeEvent> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await OnLoopAsync(
            (core, now) =>
            {
                if (core.Networks.Any(log => log.State.Name == invite.NetworkName && log.Id != invite.Network))
                {
                    throw new ControlException(
                        ControlError.NetworkExists, $"This node is in another network named '{invite.NetworkName}' already.", "Two networks of one name cannot be told apart by name; leave one of them first.");
                }

                if (dnsName is not null)
                {
                    core.AddDnsName(now, dnsName);
                }

                long operation = core.BeginJoin(now, invite, insistsOnName);
                _joins[operation] = ended;
                return operation;
            },
            cancellationToken).ConfigureAwait(false);
        NodeEvent end = await ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (end is NodeEvent.JoinFailed failed)
        {
            throw Failures.From(failed, invite.NetworkName, _deviceName);
        }

        return await OnLoopAsync(
            (core, now) =>
            {
                if (dnsName is not null)
                {
                    _parts.RememberDnsName(dnsName);
                }

                return Describe(core, FindNetwork(core, now, invite.Network.ToString()), now);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PingReply> PingAsync(PingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        (MembershipLog network, Member device) = await OnLoopAsync((core, now) => FindDevice(core, now, request.Device, null, oneNetwork: false), cancellationToken).ConfigureAwait(false);
        string name = $"{device.Name}.{network.State.Name}";
        if (device.Id == Id)
        {
            throw new ControlException(ControlError.UnknownDevice, $"'{name}' is this device itself.", "'kith members' lists the others.");
        }

        for (int sequence = 1; request.Count == 0 || sequence <= request.Count; sequence++)
        {
            long started = SystemClock.Now.Ticks;
            TaskCompletionSource<TimeSpan> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            long ping = await OnLoopAsync(
                (core, now) =>
                {
                    long number = core.Ping(now, device.Id);
                    _pings[number] = answered;
                    return number;
                },
                cancellationToken).ConfigureAwait(false);
            TimeSpan? roundTrip = null;
            try
            {
                roundTrip = await answered.Task.WaitAsync(TimeSpan.FromMilliseconds(request.TimeoutMilliseconds), cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Not answered in time: said so below.
            }
            finally
            {
                _pings.TryRemove(ping, out _);
            }

            Control.PathStatus path = await OnLoopAsync((core, _) => Describe(core, core.DescribePeer(device.Id)), cancellationToken).ConfigureAwait(false);
            yield return new PingReply(sequence, name, device.V6.ToString(), roundTrip is not null, roundTrip?.TotalMilliseconds, path);
            TimeSpan left = TimeSpan.FromMilliseconds(request.IntervalMilliseconds) - TimeSpan.FromTicks(SystemClock.Now.Ticks - started);
            if (left > TimeSpan.Zero && (request.Count == 0 || sequence < request.Count))
            {
                await Task.Delay(left, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public Task<MemberStatus> RenameAsync(RenameRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OnLoopAsync(
            (core, now) =>
            {
                (MembershipLog network, Member device) = FindDevice(core, now, request.Device, request.Network, oneNetwork: true);
                core.Rename(now, network.Id, device.Id, request.Name);
                return Describe(core, network.State.Members[device.Id], now);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<MemberStatus> SetRoleAsync(RoleRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OnLoopAsync(
            (core, now) =>
            {
                (MembershipLog network, Member device) = FindDevice(core, now, request.Device, request.Network, oneNetwork: true);
                core.SetRole(now, network.Id, device.Id, request.Role == Control.MemberRole.Admin ? Protocol.Membership.MemberRole.Admin : Protocol.Membership.MemberRole.Member);
                return Describe(core, network.State.Members[device.Id], now);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RevokeResult> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        InviteParse parse = InviteLine.TryParse(request.Subject.Split(NameMark)[0], out InviteLine? invite);
        if (parse is InviteParse.Damaged or InviteParse.NewerVersion)
        {
            throw Failures.From(parse);
        }

        return OnLoopAsync(
            (core, now) =>
            {
                if (invite is not null)
                {
                    using NodeKey inviteKey = invite.OpenKey();
                    MembershipLog of = FindNetwork(core, now, invite.Network.ToString());
                    core.RevokeInvite(now, of.Id, inviteKey.Id);
                    return new RevokeResult(of.State.Name, RevokedKind.Invite, inviteKey.Id.ToString()[..8]);
                }

                (MembershipLog network, Member device) = FindDevice(core, now, request.Subject, request.Network, oneNetwork: true);
                if (device.Id == core.Id)
                {
                    throw new ControlException(ControlError.Usage, "That is this device itself.", $"Use 'kith leave {network.State.Name}' to leave the network.");
                }

                core.RevokeDevice(now, network.Id, device.Id);
                return new RevokeResult(network.State.Name, RevokedKind.Device, device.Name);
            },
            cancellationToken);
    }

    private static MembershipLog FindNetwork(NodeCore core, ClockReading now, string? text)
    {
        NetworkStatus found = NetworkLookup.Find(DescribeAll(core, now), text);
        return core.Networks.First(log => log.Id.ToString() == found.Id);
    }

    internal static (MembershipLog Network, Member Device) FindDevice(NodeCore core, ClockReading now, string text, string? network, bool oneNetwork)
    {
        (NetworkStatus found, MemberStatus member) = DeviceLookup.Find(DescribeAll(core, now), text, network, oneNetwork);
        MembershipLog log = core.Networks.First(candidate => candidate.Id.ToString() == found.Id);
        return (log, log.State.Members.Values.First(candidate => candidate.Id.ToString() == member.Id));
    }

    // Runs on the loop; what the core refuses becomes what the user is told.
    private async Task<T> OnLoopAsync<T>(Func<NodeCore, ClockReading, T> function, CancellationToken cancellationToken)
    {
        try
        {
            return await _loop.RunAsync(ThenRefresh(function)).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NodeCoreException refusal)
        {
            throw Failures.From(refusal);
        }
        catch (ObjectDisposedException)
        {
            throw new ControlException(ControlError.NodeNotRunning, "The node is stopping.", "Start it again with 'kith up'.");
        }
    }
}
