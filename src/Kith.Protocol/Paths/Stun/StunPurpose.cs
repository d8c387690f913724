namespace Kith.Protocol.Paths.Stun;

/// <summary>What a question to a STUN server is to find out.</summary>
public enum StunPurpose
{
    /// <summary>Where the server sees us.</summary>
    Mapping,

    /// <summary>Whether an answer from another address and port comes in (RFC 5780 section 4.4, test II).</summary>
    FilterAddress,

    /// <summary>Whether an answer from another port of the same address comes in (RFC 5780 section 4.4, test III).</summary>
    FilterPort,

    /// <summary>Whether what we send to our own outside endpoint comes back in: there is no server, the question itself is the answer.</summary>
    Hairpin,
}
