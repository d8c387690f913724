namespace Kith.Protocol.Discovery.Dns;

/// <summary>The record types that matter here (RFC 1035, 2782, 3596, 6891). Others are carried as they are.</summary>
public enum DnsType : ushort
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A name server.</summary>
    NameServer = 2,

    /// <summary>Start of authority.</summary>
    StartOfAuthority = 6,

    /// <summary>A pointer to another name.</summary>
    Pointer = 12,

    /// <summary>Strings.</summary>
    Text = 16,

    /// <summary>An IPv6 address.</summary>
    Aaaa = 28,

    /// <summary>A service's host and port.</summary>
    Service = 33,

    /// <summary>The pseudo-record of extended DNS.</summary>
    Options = 41,

    /// <summary>In questions: all types.</summary>
    Any = 255,
}
