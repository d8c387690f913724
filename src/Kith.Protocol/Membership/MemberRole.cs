namespace Kith.Protocol.Membership;

/// <summary>What a device may do in a network. The numbers are on the wire.</summary>
public enum MemberRole : byte
{
    /// <summary>Uses the network, invites members, renames itself, may leave.</summary>
    Member = 1,

    /// <summary>Also invites admins, admits, revokes, renames others and changes roles.</summary>
    Admin = 2,
}
