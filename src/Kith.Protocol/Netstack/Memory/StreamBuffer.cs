namespace Kith.Protocol.Netstack.Memory;

/// <summary>
/// A window of a byte stream, addressed by absolute position, held in chunks that are taken when first written and given back when
/// passed. Holes are allowed, so data that arrives out of order goes straight to its place. Holds no chunk when empty.
/// </summary>
internal sealed class StreamBuffer(ChunkPool pool, bool isForSending)
{
    private const int ChunkMask = ChunkPool.ChunkBytes - 1;

    private byte[]?[] _ring = [];
    private long _start;
    private long _takenEnd;

    /// <summary>The position of the first byte that is still held.</summary>
    public long Start => _start;

    /// <summary>Places the window; only while nothing is held.</summary>
    public void StartAt(long position)
    {
        Release();
        _start = position;
        _takenEnd = position;
    }

    /// <summary>Writes at a position not before <see cref="Start"/>; returns how many bytes found room in the pool.</summary>
    public int Write(long position, ReadOnlySpan<byte> data)
    {
        EnsureRing(position + data.Length);
        int written = 0;
        while (written < data.Length)
        {
            long at = position + written;
            ref byte[]? chunk = ref Slot(at);
            chunk ??= pool.TryTake(isForSending);
            if (chunk is null)
            {
                break;
            }

            int offset = (int)at & ChunkMask;
            int count = Math.Min(data.Length - written, ChunkPool.ChunkBytes - offset);
            data.Slice(written, count).CopyTo(chunk.AsSpan(offset));
            written += count;
        }

        _takenEnd = Math.Max(_takenEnd, position + written);
        return written;
    }

    /// <summary>Copies bytes that have been written.</summary>
    public void Read(long position, Span<byte> destination)
    {
        int read = 0;
        while (read < destination.Length)
        {
            long at = position + read;
            int offset = (int)at & ChunkMask;
            int count = Math.Min(destination.Length - read, ChunkPool.ChunkBytes - offset);
            Slot(at)!.AsSpan(offset, count).CopyTo(destination[read..]);
            read += count;
        }
    }

    /// <summary>Moves the window's start forward and gives passed chunks back; with nothing behind the new start, all of them.</summary>
    public void DiscardTo(long position)
    {
        if (position >= _takenEnd)
        {
            Release();
            _start = position;
            _takenEnd = position;
            return;
        }

        for (long chunk = _start >> ChunkPool.ChunkBits; chunk < position >> ChunkPool.ChunkBits; chunk++)
        {
            ReturnSlot(chunk);
        }

        _start = position;
    }

    /// <summary>Gives back what was written at or behind a position.</summary>
    public void Trim(long end)
    {
        end = Math.Max(end, _start);
        if (end == _start)
        {
            Release();
            return;
        }

        for (long chunk = ((end - 1) >> ChunkPool.ChunkBits) + 1; chunk << ChunkPool.ChunkBits < _takenEnd; chunk++)
        {
            ReturnSlot(chunk);
        }

        _takenEnd = Math.Min(_takenEnd, end);
    }

    /// <summary>Gives everything back.</summary>
    public void Release()
    {
        if (_takenEnd > _start)
        {
            for (long chunk = _start >> ChunkPool.ChunkBits; chunk <= (_takenEnd - 1) >> ChunkPool.ChunkBits; chunk++)
            {
                ReturnSlot(chunk);
            }
        }

        _takenEnd = _start;
    }

    private ref byte[]? Slot(long position) => ref _ring[(int)(position >> ChunkPool.ChunkBits) & (_ring.Length - 1)];

    private void ReturnSlot(long chunkNumber)
    {
        ref byte[]? slot = ref _ring[(int)chunkNumber & (_ring.Length - 1)];
        if (slot is not null)
        {
            pool.Return(slot);
            slot = null;
        }
    }

    private void EnsureRing(long end)
    {
        long first = _start >> ChunkPool.ChunkBits;
        int needed = (int)(((Math.Max(end, _takenEnd) - 1) >> ChunkPool.ChunkBits) - first) + 1;
        if (needed <= _ring.Length)
        {
            return;
        }

        byte[]?[] larger = new byte[]?[Math.Max(2, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed))];
        for (int i = 0; i < _ring.Length; i++)
        {
            larger[(int)(first + i) & (larger.Length - 1)] = _ring[(int)(first + i) & (_ring.Length - 1)];
        }

        _ring = larger;
    }
}
