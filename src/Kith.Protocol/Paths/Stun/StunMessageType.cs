namespace Kith.Protocol.Paths.Stun;

/// <summary>Class and method of a message together, as they stand in its first two bytes (RFC 8489 section 5). The method is always Binding.</summary>
public enum StunMessageType : ushort
{
    /// <summary>No message has this.</summary>
    None = 0,

    /// <summary>"Where do you see me?"</summary>
    BindingRequest = 0x0001,

    /// <summary>Wants no answer.</summary>
    BindingIndication = 0x0011,

    /// <summary>The answer.</summary>
    BindingResponse = 0x0101,

    /// <summary>A refusal.</summary>
    BindingError = 0x0111,
}
