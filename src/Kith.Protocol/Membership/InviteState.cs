using Kith.Protocol.Identity;

namespace Kith.Protocol.Membership;

/// <summary>An invite as the statements leave it.</summary>
/// <param name="Key">The invite's public key.</param>
/// <param name="Role">The role that joiners get.</param>
/// <param name="Uses">How many may join by it.</param>
/// <param name="Used">How many have.</param>
/// <param name="ExpiresMilliseconds">Unix time in milliseconds after which nobody may join by it.</param>
/// <param name="Revoked">Whether it was revoked.</param>
/// <param name="Creator">Who stated it.</param>
public sealed record InviteState(NodeId Key, MemberRole Role, ushort Uses, int Used, ulong ExpiresMilliseconds, bool Revoked, NodeId Creator)
{
    /// <summary>Whether somebody could join by it at this time of the wall clock.</summary>
    public InviteStanding StandingAt(long wallMilliseconds) =>
        Revoked ? InviteStanding.Revoked
        : Used >= Uses ? InviteStanding.UsedUp
        : wallMilliseconds > 0 && (ulong)wallMilliseconds > ExpiresMilliseconds ? InviteStanding.Expired
        : InviteStanding.Usable;
}
