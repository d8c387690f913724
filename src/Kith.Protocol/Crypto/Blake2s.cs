namespace Kith.Protocol.Crypto;

/// <summary>BLAKE2s (RFC 7693) in one call. For input in pieces see <see cref="Blake2sState"/>. Thread-safe.</summary>
public static class Blake2s
{
    /// <summary>Bytes of a full hash.</summary>
    public const int HashBytes = 32;

    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 64;

    /// <summary>The longest key in bytes.</summary>
    public const int KeyBytesMax = 32;

    /// <summary>The 32-byte hash of <paramref name="data"/>. The destination may be the input's memory.</summary>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash) => Hash(data, default, hash);

    /// <summary>The 32-byte hash of <paramref name="a"/> followed by <paramref name="b"/>. The destination may be either input's memory.</summary>
    public static void Hash(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> hash)
    {
        Blake2sState state = new(HashBytes);
        state.Update(a);
        state.Update(b);
        state.Finish(hash[..HashBytes]);
    }

    /// <summary>
    /// The keyed hash of <paramref name="data"/>, as long as <paramref name="mac"/> is (1 to 32 bytes; WireGuard's Mac has 16). The length enters the
    /// hash: a short one is not the beginning of a long one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The key is empty or longer than 32 bytes, or the length of <paramref name="mac"/> is not 1 to 32.</exception>
    public static void KeyedHash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        ArgumentOutOfRangeException.ThrowIfZero(key.Length);
        Blake2sState state = new(mac.Length, key);
        state.Update(data);
        state.Finish(mac);
        state.Clear();
    }
}
