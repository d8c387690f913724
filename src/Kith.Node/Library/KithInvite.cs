using Kith.Node.Control;

namespace Kith.Node;

/// <summary>An invite this node made. Whoever has its <see cref="Text"/> may join until it is used up, expired or revoked.</summary>
public sealed class KithInvite
{
    private readonly KithNode _node;

    internal KithInvite(KithNode node, InviteResult result)
    {
        _node = node;
        Text = result.Invite;
        NetworkName = result.Network;
        Role = result.Role;
        Uses = result.Uses;
        Expires = result.Expires;
    }

    /// <summary>The line to hand over, for <see cref="KithNodeOptions.Join"/> or <c>kith join</c>. A secret.</summary>
    public string Text { get; }

    /// <summary>The name of the network it leads to.</summary>
    public string NetworkName { get; }

    /// <summary>The role of whoever joins with it.</summary>
    public MemberRole Role { get; }

    /// <summary>How many devices may join with it.</summary>
    public int Uses { get; }

    /// <summary>Until when it is good. UTC.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>Takes it back. For the device that made it, and for admins.</summary>
    /// <exception cref="ControlException">This device may not any more, or the node was stopped.</exception>
    public Task RevokeAsync(CancellationToken cancellationToken = default) => _node.RevokeAsync(new RevokeRequest(Text), cancellationToken);

    /// <summary>All but the secret.</summary>
    public override string ToString() => $"KithInvite {{ NetworkName = {NetworkName}, Role = {Role}, Uses = {Uses}, Expires = {Expires:O} }}";
}
