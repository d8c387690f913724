namespace Kith.Protocol.Membership;

/// <summary>What a statement states. The numbers are on the wire; others are kept unread, for versions to come.</summary>
public enum BodyType : byte
{
    /// <summary>Not a type; refused.</summary>
    None = 0,

    /// <summary>The first statement of a network.</summary>
    Genesis = 1,

    /// <summary>An invite key and what it is good for.</summary>
    Invite = 2,

    /// <summary>A new device enters with an invite.</summary>
    Join = 3,

    /// <summary>An admin admits a device by its key, or decides which branch of a forked one stands.</summary>
    Admit = 4,

    /// <summary>An admin changes a member's role.</summary>
    Role = 5,

    /// <summary>A device gets another name.</summary>
    Rename = 6,

    /// <summary>A device or an invite is removed.</summary>
    Revoke = 7,

    /// <summary>The network's secret, sealed to each member.</summary>
    NewSecret = 8,
}
