using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>A device that belongs to the network now.</summary>
/// <param name="Id">The device's key.</param>
/// <param name="Name">Its name, unique in the network.</param>
/// <param name="Role">What it may do.</param>
/// <param name="V6">Its IPv6 address in the network.</param>
/// <param name="V4">Its IPv4 address in the network; <see cref="InternetAddress.None"/> where no free one was found.</param>
/// <param name="Frozen">Whether it forked and no admin has decided yet: it stays a member, but what it states from the fork on does not count.</param>
/// <param name="JoinedWith">The invite it joined by; null for the founder and whoever was admitted by key.</param>
/// <param name="AdmittedOrder">How many were admitted before it, in the fold's order: the founder has 0. Smaller wins where two revoke each other.</param>
public sealed record Member(
    NodeId Id, string Name, MemberRole Role, InternetAddress V6, InternetAddress V4, bool Frozen, NodeId? JoinedWith, int AdmittedOrder)
{
    /// <summary>Whether it may administer.</summary>
    public bool IsAdmin => Role == MemberRole.Admin;
}
