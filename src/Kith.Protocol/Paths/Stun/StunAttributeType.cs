namespace Kith.Protocol.Paths.Stun;

/// <summary>Attributes this code knows: RFC 8489 section 18.3 and RFC 5780 section 7.</summary>
internal enum StunAttributeType : ushort
{
    None = 0,
    MappedAddress = 0x0001,
    ChangeRequest = 0x0003,
    UserName = 0x0006,
    MessageIntegrity = 0x0008,
    ErrorCode = 0x0009,
    UnknownAttributes = 0x000A,
    Realm = 0x0014,
    Nonce = 0x0015,
    MessageIntegritySha256 = 0x001C,
    PasswordAlgorithm = 0x001D,
    UserHash = 0x001E,
    XorMappedAddress = 0x0020,
    Software = 0x8022,
    AlternateServer = 0x8023,
    Fingerprint = 0x8028,
    ResponseOrigin = 0x802B,
    OtherAddress = 0x802C,
}
