namespace Kith.Protocol.Paths.Stun;

/// <summary>The fixed numbers of RFC 8489.</summary>
public static class StunSpecification
{
    /// <summary>At offset 4 of every message (section 5), by which STUN is told from all else on our socket.</summary>
    public const uint MagicCookie = 0x2112A442;

    /// <summary>Type, length, cookie, transaction id.</summary>
    public const int HeaderBytes = 20;

    /// <summary>Bytes of a transaction id.</summary>
    public const int TransactionIdBytes = 12;

    /// <summary>The port of servers that name none (section 18.6).</summary>
    public const ushort Port = 3478;

    /// <summary>FINGERPRINT is the CRC-32 combined with this (section 14.7).</summary>
    public const uint FingerprintMask = 0x5354554E;

    /// <summary>CHANGE-REQUEST: answer from the other port (RFC 5780 section 7.2).</summary>
    public const uint ChangePort = 2;

    /// <summary>CHANGE-REQUEST: answer from the other address (RFC 5780 section 7.2).</summary>
    public const uint ChangeAddress = 4;

    /// <summary>Attribute types from here on may be ignored by whoever does not know them (section 14).</summary>
    public const ushort FirstOptionalAttribute = 0x8000;
}
