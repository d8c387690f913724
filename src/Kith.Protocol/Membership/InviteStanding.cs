namespace Kith.Protocol.Membership;

/// <summary>Whether an invite lets anyone in.</summary>
public enum InviteStanding
{
    /// <summary>It does.</summary>
    Usable,

    /// <summary>The network knows no such invite (or not yet).</summary>
    Unknown,

    /// <summary>As many have joined by it as may.</summary>
    UsedUp,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was taken back.</summary>
    Revoked,
}
