namespace Kith.Node.Control;

/// <summary>
/// What may be asked of a running node. The daemon's control server calls it for `kith …` commands; programs that hold a node call it
/// directly. Every method may be called from any thread and at the same time as others. Every failure that a user can meet is thrown as
/// <see cref="ControlException"/>; nothing else is expected except <see cref="OperationCanceledException"/>.
/// Where a network may be left out (null), the node's only network is meant, and <see cref="ControlError.AmbiguousNetwork"/> is thrown
/// if there are several. Networks are named by name or id, devices by name, `name.network`, address or node id (or an
/// unambiguous beginning of at least 6 characters of it).
/// </summary>
public interface INodeControl : IDhtControl, IAsyncDisposable
{
    /// <summary>
    /// Completes when the node has stopped: after <see cref="StopAsync"/>, or by itself, then faulted with what went wrong.
    /// </summary>
    Task Completion { get; }

    /// <summary>The node, its networks, their members and the paths to them, as they are now.</summary>
    Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>The networks this node is in, by name.</summary>
    Task<IReadOnlyList<NetworkSummary>> GetNetworksAsync(CancellationToken cancellationToken);

    /// <summary>The members of one network, or of every network if none is named. This device comes first, then by name.</summary>
    Task<IReadOnlyList<NetworkStatus>> GetMembersAsync(string? network, CancellationToken cancellationToken);

    /// <summary>Founds a network with this device as its first admin.</summary>
    Task<NetworkStatus> CreateAsync(CreateRequest request, CancellationToken cancellationToken);

    /// <summary>Leaves a network: states so to its members where possible and forgets it here.</summary>
    Task<NetworkSummary> LeaveAsync(LeaveRequest request, CancellationToken cancellationToken);

    /// <summary>Makes an invite. The line it returns is a secret: whoever has it may join.</summary>
    Task<InviteResult> InviteAsync(InviteRequest request, CancellationToken cancellationToken);

    /// <summary>Joins the network of an invite and returns when this device is a member of it and knows the other members.</summary>
    Task<NetworkStatus> JoinAsync(JoinRequest request, CancellationToken cancellationToken);

    /// <summary>Makes the TXT record that leads members, or joiners, to this device.</summary>
    Task<DnsRecordResult> MakeDnsRecordAsync(DnsRecordRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Sends echoes to a device, one each interval, and returns one item for each, in order: answered, or not answered in time.
    /// Ends after <see cref="PingRequest.Count"/> of them, or never if that is 0 and the caller does not cancel.
    /// </summary>
    IAsyncEnumerable<PingReply> PingAsync(PingRequest request, CancellationToken cancellationToken);

    /// <summary>Gives a device another name in a network. Admins may rename every device, members their own.</summary>
    Task<MemberStatus> RenameAsync(RenameRequest request, CancellationToken cancellationToken);

    /// <summary>Gives a device another role in a network. For admins.</summary>
    Task<MemberStatus> SetRoleAsync(RoleRequest request, CancellationToken cancellationToken);

    /// <summary>Removes a device, or takes back an invite. For admins.</summary>
    Task<RevokeResult> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken);

    /// <summary>Looks at everything this node needs of the machine and of the networks around it. Takes a few seconds at most.</summary>
    Task<IReadOnlyList<DoctorCheck>> DiagnoseAsync(CancellationToken cancellationToken);

    /// <summary>Explains why a device is reached as it is, and what was tried.</summary>
    Task<WhyReport> ExplainAsync(string device, CancellationToken cancellationToken);

    /// <summary>Stops the node and leaves the machine as it was found: routes, names, device. Calling it again waits for the same stop.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
