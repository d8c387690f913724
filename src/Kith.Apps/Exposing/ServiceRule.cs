using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Exposing;

/// <summary>Who may use a service: members of one network or of any, and of those everybody, or only admins and devices that are named.</summary>
/// <param name="Network">The id of the network, or null for any.</param>
/// <param name="Devices">Node ids of devices that may; empty together with <paramref name="Admins"/> false for everybody.</param>
/// <param name="Admins">Whether admins may.</param>
public sealed record ServiceRule(string? Network, IReadOnlyList<string> Devices, bool Admins)
{
    /// <summary>The most devices that a rule names.</summary>
    public const int DevicesMax = 64;

    /// <summary>Whether every member of the network may.</summary>
    public bool IsForEverybody => Devices.Count == 0 && !Admins;

    /// <summary>Whether a caller may.</summary>
    public bool Allows(KithPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return Allows(peer.Id.ToString(), peer.Network.ToString(), peer.Role);
    }

    /// <summary>Whether a caller may.</summary>
    /// <param name="device">Its node id.</param>
    /// <param name="network">The id of the network it comes through.</param>
    /// <param name="role">Its role there.</param>
    public bool Allows(string device, string network, MemberRole role) =>
        (Network is null || string.Equals(Network, network, StringComparison.Ordinal))
        && (IsForEverybody || (Admins && role == MemberRole.Admin) || Devices.Contains(device, StringComparer.Ordinal));
}
