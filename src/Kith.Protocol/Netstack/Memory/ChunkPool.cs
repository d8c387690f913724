namespace Kith.Protocol.Netstack.Memory;

/// <summary>
/// Hands out the pieces of memory that all stream buffers of one stack are made of, never more than its maximum, and keeps some
/// returned ones for the next taker. Owned by the stack's single thread.
/// </summary>
internal sealed class ChunkPool(long bytesMax)
{
    /// <summary>Bytes of one chunk, a power of two. Small enough that a connection with one short message costs little.</summary>
    public const int ChunkBytes = 1 << ChunkBits;

    /// <summary>The binary logarithm of <see cref="ChunkBytes"/>.</summary>
    public const int ChunkBits = 14;

    /// <summary>How many returned chunks are kept for reuse: 8 MiB, one busy stream each way.</summary>
    public const int KeptChunksMax = 512;

    private readonly Stack<byte[]> _kept = new();
    private readonly long _chunksMax = Math.Max(1, bytesMax / ChunkBytes);

    /// <summary>Chunks that buffers hold now.</summary>
    public long TakenChunks { get; private set; }

    /// <summary>Bytes that may still be taken.</summary>
    public long FreeBytes => (_chunksMax - TakenChunks) * ChunkBytes;

    /// <summary>Takes a chunk with arbitrary content, or null when the maximum is reached.</summary>
    /// <param name="isForSending">Whether it is for data to send, which may not take the last quarter.</param>
    public byte[]? TryTake(bool isForSending)
    {
        // Two stacks whose memory is full of what each wants to send the other would wait forever.
        if (TakenChunks >= (isForSending ? _chunksMax - (_chunksMax / 4) : _chunksMax))
        {
            return null;
        }

        TakenChunks++;
        return _kept.TryPop(out byte[]? chunk) ? chunk : new byte[ChunkBytes];
    }

    /// <summary>Gives a chunk back.</summary>
    public void Return(byte[] chunk)
    {
        TakenChunks--;
        if (_kept.Count < KeptChunksMax)
        {
            _kept.Push(chunk);
        }
    }
}
