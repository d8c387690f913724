namespace Kith.Protocol.Discovery.Dns;

/// <summary>The second 16 bits of a message (RFC 1035 section 4.1.1).</summary>
public static class DnsFlags
{
    /// <summary>A response, not a query.</summary>
    public const ushort Response = 0x8000;

    /// <summary>The kind of query; 0 is the ordinary one.</summary>
    public const ushort OpcodeMask = 0x7800;

    /// <summary>Said by whom the zone belongs to.</summary>
    public const ushort Authoritative = 0x0400;

    /// <summary>Cut off for want of room.</summary>
    public const ushort Truncated = 0x0200;

    /// <summary>The asker would like recursion; copied into the response.</summary>
    public const ushort RecursionDesired = 0x0100;

    /// <summary>The response code.</summary>
    public const ushort CodeMask = 0x000F;
}
