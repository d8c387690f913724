namespace Kith.Protocol.Paths.PortMapping;

/// <summary>The result codes of NAT-PMP (RFC 6886 section 3.5).</summary>
public enum NatPmpResult : ushort
{
    /// <summary>Done.</summary>
    Success = 0,

    /// <summary>The gateway speaks another version.</summary>
    UnsupportedVersion = 1,

    /// <summary>The gateway does not want to.</summary>
    NotAuthorized = 2,

    /// <summary>The gateway itself has no network.</summary>
    NetworkFailure = 3,

    /// <summary>The gateway has run out of ports or memory.</summary>
    OutOfResources = 4,

    /// <summary>The gateway does not know what was asked.</summary>
    UnsupportedOpcode = 5,
}
