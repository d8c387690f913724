namespace Kith.Protocol.Paths.PortMapping;

/// <summary>The result codes of PCP (RFC 6887 section 7.4).</summary>
public enum PcpResult : byte
{
    /// <summary>Done.</summary>
    Success = 0,

    /// <summary>The server speaks another version.</summary>
    UnsupportedVersion = 1,

    /// <summary>The server does not want to for this client.</summary>
    NotAuthorized = 2,

    /// <summary>The request made no sense to the server.</summary>
    MalformedRequest = 3,

    /// <summary>The server does not know the opcode.</summary>
    UnsupportedOpcode = 4,

    /// <summary>The server does not know an option.</summary>
    UnsupportedOption = 5,

    /// <summary>An option made no sense.</summary>
    MalformedOption = 6,

    /// <summary>The server itself has no network.</summary>
    NetworkFailure = 7,

    /// <summary>The server has run out of ports or memory.</summary>
    NoResources = 8,

    /// <summary>The server does not map this transport.</summary>
    UnsupportedProtocol = 9,

    /// <summary>This client has too many mappings.</summary>
    UserExceededQuota = 10,

    /// <summary>The suggested outside endpoint cannot be given.</summary>
    CannotProvideExternal = 11,

    /// <summary>The request's source is not the address that stands in it: something between translates.</summary>
    AddressMismatch = 12,

    /// <summary>Too many filters.</summary>
    ExcessiveRemotePeers = 13,
}
