using System.Buffers;

namespace Kith.Apps.Copying;

/// <summary>
/// A pooled buffer that is small while little passes and large while much does, so that thousands of idle connections cost little and a busy one few calls.
/// Not thread-safe.
/// </summary>
internal sealed class CopyBuffer : IDisposable
{
    /// <summary>Bytes while little passes.</summary>
    public const int BytesMin = 4 * 1024;

    /// <summary>Bytes while much passes.</summary>
    public const int BytesMax = 128 * 1024;

    private const int SmallReadsBeforeShrinking = 64;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(BytesMin);
    private int _smallReads;

    /// <summary>Where to read into.</summary>
    public Memory<byte> Memory => _bytes;

    /// <summary>Tells how much the last read brought; what was read must have been written by now.</summary>
    public void Adapt(int read)
    {
        _smallReads = read <= BytesMin ? _smallReads + 1 : 0;
        if (read == _bytes.Length && _bytes.Length < BytesMax)
        {
            Exchange(BytesMax);
        }
        else if (_smallReads >= SmallReadsBeforeShrinking && _bytes.Length >= BytesMax)
        {
            Exchange(BytesMin);
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private void Exchange(int bytes)
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = ArrayPool<byte>.Shared.Rent(bytes);
        _smallReads = 0;
    }
}
