namespace Kith.Protocol.Core;

/// <summary>Why an attempt to join ended without success.</summary>
public enum JoinFailure
{
    /// <summary>No member answered in time.</summary>
    NoMemberReachable,

    /// <summary>A member refused; the event says why.</summary>
    Refused,

    /// <summary>What members sent does not belong to the network of the invite, or does not hold.</summary>
    Inconsistent,

    /// <summary>It could not be stored here.</summary>
    Storage,

    /// <summary>This device has been in the network and was revoked.</summary>
    DeviceRevoked,

    /// <summary>Another device has the name, and this one wanted that name or none. The invite was not used.</summary>
    NameTaken,
}
