namespace Kith.Protocol.Core.Control;

/// <summary>Why a joiner may not join; the one byte of a <see cref="ControlMessageType.JoinRefused"/> body.</summary>
public enum JoinRefusal : byte
{
    /// <summary>The invite's time is over.</summary>
    Expired = 1,

    /// <summary>As many devices have joined with it as it allows.</summary>
    UsedUp = 2,

    /// <summary>An admin or its maker took it back.</summary>
    Revoked = 3,

    /// <summary>The device's key has been revoked in this network and cannot come back with an invite.</summary>
    DeviceRevoked = 4,

    /// <summary>The network has as many members as it can.</summary>
    NetworkFull = 5,

    /// <summary>The join statement did not stand for another reason.</summary>
    Invalid = 6,

    /// <summary>The member speaks another version of the control protocol.</summary>
    Version = 7,

    /// <summary>The member could not store the statement; another one may.</summary>
    Unavailable = 8,
}
