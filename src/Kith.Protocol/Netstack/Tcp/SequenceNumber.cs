namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// Turns the 32-bit sequence numbers of the wire into positions of 64 bits that never wrap, so that everywhere else plain comparison
/// is right (RFC 9293 section 3.4 asks for comparison modulo 2^32).
/// </summary>
internal static class SequenceNumber
{
    /// <summary>Added to initial numbers so that positions before them stay positive.</summary>
    public const long Base = 1L << 32;

    /// <summary>The position nearest to <paramref name="reference"/> whose low 32 bits are <paramref name="wire"/>.</summary>
    public static long Unwrap(uint wire, long reference) => reference + (int)(wire - (uint)reference);
}
