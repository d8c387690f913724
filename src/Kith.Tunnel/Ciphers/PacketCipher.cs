namespace Kith.Tunnel.Ciphers;

/// <summary>
/// ChaCha20-Poly1305 over batches of packets of one session, in place. One instance per thread. Keys are 32 bytes that may be wiped by
/// another thread at any moment; then what comes out is wrong and the caller's look at the session prevents its use.
/// </summary>
internal abstract unsafe class PacketCipher : IDisposable
{
    private readonly Lock _lock = new();

    /// <summary>A name for reports.</summary>
    public abstract string Name { get; }

    /// <summary>The fastest cipher this processor has.</summary>
    public static PacketCipher Create(bool mayUseVectors) => mayUseVectors && Avx512PacketCipher.IsSupported ? new Avx512PacketCipher() : new LibCryptoPacketCipher();

    /// <summary>
    /// Seals datagrams that lie one behind the other, each <paramref name="datagramBytes"/> long but the last, laid out as
    /// <see cref="Packets.TransportLayout"/> says with the tag still empty. Their counters follow <paramref name="counter"/>. Between two of them there may be
    /// <paramref name="gapBytes"/> that are left alone; <paramref name="length"/> includes these.
    /// </summary>
    public void Seal(ReadOnlySpan<byte> key, ulong counter, byte* datagrams, int length, int datagramBytes, int gapBytes = 0)
    {
        lock (_lock)
        {
            SealBatch(key, counter, datagrams, length, datagramBytes, gapBytes);
        }
    }

    /// <summary>Opens each packet where it lies and sets its verdict.</summary>
    public void Open(ReadOnlySpan<byte> key, Span<SealedPacket> packets)
    {
        lock (_lock)
        {
            OpenBatch(key, packets);
        }
    }

    /// <summary>Overwrites what is left of the keys of earlier batches. Any thread may call it: the cipher's own may be waiting for a packet for hours.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            ForgetKeys();
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>See <see cref="Seal"/>.</summary>
    protected abstract void SealBatch(ReadOnlySpan<byte> key, ulong counter, byte* datagrams, int length, int datagramBytes, int gapBytes);

    /// <summary>See <see cref="Open"/>.</summary>
    protected abstract void OpenBatch(ReadOnlySpan<byte> key, Span<SealedPacket> packets);

    /// <summary>See <see cref="Forget"/>.</summary>
    protected abstract void ForgetKeys();
}
