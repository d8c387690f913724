namespace Kith.Tunnel.Ciphers;

/// <summary>
/// ChaCha20-Poly1305 over batches of packets of one session, in place. One instance per thread. Keys are 32 bytes that may be wiped by
/// another thread at any moment; then what comes out is wrong and the caller's look at the session prevents its use.
/// </summary>
internal abstract unsafe class PacketCipher : IDisposable
{
    /// <summary>A name for reports.</summary>
    public abstract string Name { get; }

    /// <summary>The fastest cipher this processor has.</summary>
    public static PacketCipher Create(bool mayUseVectors) => mayUseVectors && Avx512PacketCipher.IsSupported ? new Avx512PacketCipher() : new LibCryptoPacketCipher();

    /// <summary>
    /// Seals datagrams that lie one behind the other, each <paramref name="datagramBytes"/> long but the last, laid out as
    /// <see cref="Packets.TransportLayout"/> says with the tag still empty. Their counters follow <paramref name="counter"/>. Between two of them there may be
    /// <paramref name="gapBytes"/> that are left alone; <paramref name="length"/> includes these.
    /// </summary>
    public abstract void Seal(ReadOnlySpan<byte> key, ulong counter, byte* datagrams, int length, int datagramBytes, int gapBytes = 0);

    /// <summary>Opens each packet where it lies and sets its verdict.</summary>
    public abstract void Open(ReadOnlySpan<byte> key, Span<SealedPacket> packets);

    /// <inheritdoc/>
    public abstract void Dispose();
}
