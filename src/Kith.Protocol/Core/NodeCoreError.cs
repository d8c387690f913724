namespace Kith.Protocol.Core;

/// <summary>Why a node refuses a command.</summary>
public enum NodeCoreError
{
    /// <summary>This device is in the network already.</summary>
    AlreadyMember,

    /// <summary>This device was revoked in the network.</summary>
    DeviceRevoked,

    /// <summary>More networks than <see cref="NodeLimits.NetworksMax"/>.</summary>
    TooManyNetworks,

    /// <summary>Another attempt to join is under way.</summary>
    JoinUnderWay,

    /// <summary>No such network here.</summary>
    UnknownNetwork,

    /// <summary>No such device in the network.</summary>
    UnknownDevice,

    /// <summary>No such invite in the network.</summary>
    UnknownInvite,

    /// <summary>Only an admin may do that.</summary>
    NotAdmin,

    /// <summary>The network would be without an admin.</summary>
    LastAdmin,

    /// <summary>Another device has the name.</summary>
    NameTaken,

    /// <summary>Not a DNS label of lower-case letters, digits and hyphens.</summary>
    NameInvalid,

    /// <summary>Something is as large as it may get.</summary>
    LimitReached,

    /// <summary>A revocation would take away the right it is made with, because that came from the revoked device after what still stands.</summary>
    WouldUndoOwnRight,

    /// <summary>What is stored of a network does not hold together; it was left as it is.</summary>
    StateDamaged,

    /// <summary>Statements that were here before are missing and are being fetched from members; until then this device states nothing.</summary>
    BeingRepaired,

    /// <summary>The disk is full.</summary>
    StoreFull,

    /// <summary>The store failed for another reason.</summary>
    StoreFailed,

    /// <summary>This device's chain of statements has forked; an admin must decide.</summary>
    Frozen,
}
