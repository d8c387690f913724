namespace Kith.Protocol.Core.Applications;

/// <summary>The one byte that answers a <see cref="ProtocolPreface"/>.</summary>
public enum ProtocolAnswer : byte
{
    /// <summary>What follows is the protocol.</summary>
    Accepted = 0,

    /// <summary>Nobody listens for that name.</summary>
    Unknown = 1,

    /// <summary>Somebody does, and has no room or does not want this device.</summary>
    Refused = 2,
}
