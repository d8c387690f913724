namespace Kith.Tunnel.Ciphers;

/// <summary>One received packet of a batch: where it lies, and whether it opened.</summary>
internal unsafe struct SealedPacket
{
    /// <summary>The ciphertext, and after opening the plaintext.</summary>
    public byte* Data;

    /// <summary>Bytes of the plaintext; the tag lies behind them.</summary>
    public int Length;

    /// <summary>Its counter.</summary>
    public ulong Counter;

    /// <summary>Set by opening: whether the tag was right. If not, the bytes at <see cref="Data"/> are worth nothing.</summary>
    public bool IsAuthentic;
}
