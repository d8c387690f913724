using System.Security.Claims;

namespace Kith.Node;

/// <summary>The claims of a caller that came over Kith. Its role is <see cref="ClaimTypes.Role"/>: <c>member</c>, or <c>admin</c> and <c>member</c>.</summary>
public static class KithClaims
{
    /// <summary>The authentication scheme.</summary>
    public const string Scheme = "Kith";

    /// <summary>The node id, z-base-32; also <see cref="ClaimTypes.NameIdentifier"/>.</summary>
    public const string NodeId = "kith:node";

    /// <summary>The id of the network that the connection came through.</summary>
    public const string NetworkId = "kith:network";

    /// <summary>That network's name.</summary>
    public const string NetworkName = "kith:network-name";

    /// <summary>The role of every member.</summary>
    public const string MemberRole = "member";

    /// <summary>The role of admins.</summary>
    public const string AdminRole = "admin";

    /// <summary>Who a peer is, as claims. <see cref="ClaimTypes.Name"/> is the device's name, unique in its network.</summary>
    public static ClaimsPrincipal ToPrincipal(KithPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        string id = peer.Id.ToString();
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, id),
            new(ClaimTypes.Name, peer.Name),
            new(ClaimTypes.Role, MemberRole),
            new(NodeId, id),
            new(NetworkId, peer.Network.ToString()),
            new(NetworkName, peer.NetworkName),
        ];
        if (peer.Role == Control.MemberRole.Admin)
        {
            claims.Add(new Claim(ClaimTypes.Role, AdminRole));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme));
    }
}
