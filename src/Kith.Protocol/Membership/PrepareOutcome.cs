namespace Kith.Protocol.Membership;

/// <summary>Whether a statement could be prepared, or why not.</summary>
public enum PrepareOutcome
{
    /// <summary>The statements are there.</summary>
    Ok,

    /// <summary>The author is not a member.</summary>
    NotMember,

    /// <summary>Only an admin may do this.</summary>
    NotAdmin,

    /// <summary>The author forked; until an admin decides, nothing it states counts.</summary>
    Frozen,

    /// <summary>The name is not one DNS label in lower case.</summary>
    BadName,

    /// <summary>Another device has the name.</summary>
    NameTaken,

    /// <summary>No member has this key.</summary>
    UnknownDevice,

    /// <summary>The network knows no such invite.</summary>
    UnknownInvite,

    /// <summary>As many have joined by the invite as may.</summary>
    InviteUsedUp,

    /// <summary>The invite's time is over.</summary>
    InviteExpired,

    /// <summary>The invite was revoked.</summary>
    InviteRevoked,

    /// <summary>The device was revoked, which is for good.</summary>
    DeviceRevoked,

    /// <summary>The device is a member already.</summary>
    AlreadyMember,

    /// <summary>The network would be left without an admin.</summary>
    LastAdmin,

    /// <summary>The revocation would void what the author's own right rests on.</summary>
    WouldUndoOwnRight,

    /// <summary>There is nothing to change or to decide.</summary>
    NothingToDo,

    /// <summary>A named maximum is reached (<see cref="MembershipLimits"/>).</summary>
    TooMany,
}
