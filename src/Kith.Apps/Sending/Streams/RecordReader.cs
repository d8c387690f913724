using System.Buffers;
using System.Diagnostics;
using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Streams;

/// <summary>Cuts a stream into records. For one reader.</summary>
internal sealed class RecordReader(Stream stream)
{
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private long _waitingSince;

    /// <summary>How long nothing has come although it was waited for; zero while nobody waits.</summary>
    public TimeSpan Silence => Volatile.Read(ref _waitingSince) is var since && since == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(since);

    /// <summary>Reads the next record.</summary>
    /// <exception cref="TransferProtocolException">It is larger than any may be.</exception>
    /// <exception cref="EndOfStreamException">The stream ended.</exception>
    /// <exception cref="IOException">The stream broke.</exception>
    public async ValueTask<Record> ReadAsync(CancellationToken cancellationToken)
    {
        if (_end - _start < RecordHeader.Bytes)
        {
            await FillAsync(RecordHeader.Bytes, cancellationToken).ConfigureAwait(false);
        }

        if (!RecordHeader.TryDecode(_buffer.AsSpan(_start, RecordHeader.Bytes), out RecordHeader header))
        {
            throw new TransferProtocolException("a record is larger than any may be");
        }

        _start += RecordHeader.Bytes;
        if (header.BodyBytes == 0)
        {
            return new Record(header.Kind, [], 0);
        }

        byte[] body = ArrayPool<byte>.Shared.Rent(header.BodyBytes);
        try
        {
            int have = Math.Min(_end - _start, header.BodyBytes);
            _buffer.AsSpan(_start, have).CopyTo(body);
            _start += have;
            while (have < header.BodyBytes)
            {
                have += await ReadSomeAsync(body.AsMemory(have, header.BodyBytes - have), cancellationToken).ConfigureAwait(false);
            }

            return new Record(header.Kind, body, header.BodyBytes);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(body);
            throw;
        }
    }

    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < count)
        {
            _end += await ReadSomeAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<int> ReadSomeAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _waitingSince, Stopwatch.GetTimestamp());
        int count = await stream.ReadAsync(into, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _waitingSince, 0);
        return count > 0 ? count : throw new EndOfStreamException("the other side ended the stream");
    }
}
