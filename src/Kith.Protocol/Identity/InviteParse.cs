namespace Kith.Protocol.Identity;

/// <summary>What became of a text that should be an invite.</summary>
public enum InviteParse
{
    /// <summary>It is an invite.</summary>
    Ok,

    /// <summary>It is something else altogether.</summary>
    NotAnInvite,

    /// <summary>It began as an invite, and characters are wrong, missing or too many.</summary>
    Damaged,

    /// <summary>It is an invite whole and sound, of a version that came after this program.</summary>
    NewerVersion,
}
