using Kith.Node.Control;

namespace Kith.Node;

/// <content>The commands in the words of a program.</content>
public sealed partial class KithNode
{
    /// <summary>Founds a network with this device as its first admin.</summary>
    /// <exception cref="ControlException">The name is none, this node is in one of that name, or a limit is reached.</exception>
    public async Task<KithNetwork> CreateNetworkAsync(string name, CancellationToken cancellationToken = default) =>
        Find(await CreateAsync(new CreateRequest(name), cancellationToken).ConfigureAwait(false));

    /// <summary>Joins the network of an invite and returns when this device is a member of it and knows the other members.</summary>
    /// <exception cref="ControlException">The invite is none, expired, used up or revoked, or no member answers.</exception>
    public async Task<KithNetwork> JoinAsync(string invite, CancellationToken cancellationToken = default) =>
        Find(await JoinAsync(new JoinRequest(invite), cancellationToken).ConfigureAwait(false));

    /// <summary>Leaves a network and forgets it here.</summary>
    /// <exception cref="ControlException">There is no such network, or it would be left without an admin.</exception>
    public Task LeaveAsync(string network, CancellationToken cancellationToken = default) => LeaveAsync(new LeaveRequest(network), cancellationToken);

    /// <summary>Makes an invite.</summary>
    /// <exception cref="ControlException">Several networks could be meant, or a limit is reached.</exception>
    public async Task<KithInvite> CreateInviteAsync(KithInviteOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new KithInviteOptions();
        InviteRequest request = new(options.Network, options.Role, options.Uses, (long)options.Lifetime.TotalSeconds);
        return new KithInvite(this, await InviteAsync(request, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Takes back an invite, by its text. For the device that made it, and for admins.</summary>
    /// <exception cref="ControlException">It is none, or not good any more, or this device may not.</exception>
    public Task RevokeInviteAsync(string invite, CancellationToken cancellationToken = default) => RevokeAsync(new RevokeRequest(invite), cancellationToken);

    /// <summary>Removes a device from a network for good. For admins.</summary>
    /// <param name="device">Its name, <c>name.network</c>, virtual address or node id.</param>
    /// <param name="network">The network, by name or id. Default: the only one the device is in.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ControlException">There is no such device, several could be meant, or this device may not.</exception>
    public Task RevokeDeviceAsync(string device, string? network = null, CancellationToken cancellationToken = default) =>
        RevokeAsync(new RevokeRequest(device, network), cancellationToken);

    /// <summary>Gives a device another name. Admins may rename every device, members their own.</summary>
    /// <param name="device">Its name, <c>name.network</c>, virtual address or node id.</param>
    /// <param name="name">Its new name.</param>
    /// <param name="network">The network, by name or id. Default: the only one the device is in.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ControlException">There is no such device, the name is taken or none, or this device may not.</exception>
    public Task RenameDeviceAsync(string device, string name, string? network = null, CancellationToken cancellationToken = default) =>
        RenameAsync(new RenameRequest(device, name, network), cancellationToken);

    /// <summary>Gives a device another role. For admins.</summary>
    /// <param name="device">Its name, <c>name.network</c>, virtual address or node id.</param>
    /// <param name="role">Its new role.</param>
    /// <param name="network">The network, by name or id. Default: the only one the device is in.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ControlException">There is no such device, it is the last admin, or this device may not.</exception>
    public Task SetRoleAsync(string device, MemberRole role, string? network = null, CancellationToken cancellationToken = default) =>
        SetRoleAsync(new RoleRequest(device, role, network), cancellationToken);

    private KithNetwork Find(NetworkStatus status) => Networks.FirstOrDefault(network => network.Id.ToString() == status.Id)
        ?? throw new ControlException(ControlError.UnknownNetwork, $"This device was removed from {status.Name} as soon as it was in it.");
}
