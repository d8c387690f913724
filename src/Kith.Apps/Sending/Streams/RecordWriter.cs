using System.Buffers;
using System.Threading.Channels;
using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Streams;

/// <summary>
/// Puts records of many tasks onto one stream: small ones are gathered into large writes, large ones go as they are, and where nothing is said for a
/// while a sign of life is. Bounded: who writes faster than the stream takes has to wait.
/// </summary>
internal sealed class RecordWriter(Stream stream) : IDisposable
{
    /// <summary>How often a side that has nothing to say says that it lives.</summary>
    public static readonly TimeSpan AliveInterval = TimeSpan.FromSeconds(5);

    private const int QueueMax = 256;
    private const int LargeMax = 8;
    private const int GatherBytes = 128 * 1024;
    private const int DirectBytesMin = 32 * 1024;

    private readonly Channel<(byte[] Buffer, int Length)> _queue = Channel.CreateBounded<(byte[], int)>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly SemaphoreSlim _largeSlots = new(LargeMax);
    private readonly byte[] _gathered = new byte[GatherBytes];
    private int _count;

    /// <summary>Writes a record with a body.</summary>
    public ValueTask WriteAsync<T>(T record, CancellationToken cancellationToken)
        where T : IRecordBody
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(RecordHeader.Bytes + record.BodyBytes);
        int length = record.Encode(buffer.AsSpan(RecordHeader.Bytes));
        new RecordHeader(record.Kind, length).Encode(buffer);
        return WriteAsync(buffer, RecordHeader.Bytes + length, cancellationToken);
    }

    /// <summary>Writes a record without a body.</summary>
    public ValueTask WriteAsync(RecordKind kind, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(RecordHeader.Bytes);
        new RecordHeader(kind, 0).Encode(buffer);
        return WriteAsync(buffer, RecordHeader.Bytes, cancellationToken);
    }

    /// <summary>Writes bytes that are whole records already, in a buffer of the shared pool that is given away with this.</summary>
    public async ValueTask WriteAsync(byte[] buffer, int length, CancellationToken cancellationToken)
    {
        if (length >= DirectBytesMin)
        {
            await _largeSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await _queue.Writer.WriteAsync((buffer, length), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Nothing follows. What was written before still goes out.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Carries everything to the stream until <see cref="Complete"/>.</summary>
    /// <exception cref="IOException">The stream broke.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Timer alive = new(_ => SayAlive(), null, AliveInterval, AliveInterval);
        await using (alive.ConfigureAwait(false))
        {
            while (await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (_queue.Reader.TryRead(out (byte[] Buffer, int Length) piece))
                {
                    await PutAsync(piece.Buffer, piece.Length, cancellationToken).ConfigureAwait(false);
                }

                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _largeSlots.Dispose();

    // Where the queue is full, enough is being said.
    private void SayAlive()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(RecordHeader.Bytes);
        new RecordHeader(RecordKind.Alive, 0).Encode(buffer);
        if (!_queue.Writer.TryWrite((buffer, RecordHeader.Bytes)))
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask PutAsync(byte[] buffer, int length, CancellationToken cancellationToken)
    {
        try
        {
            if (_count + length > GatherBytes || length >= DirectBytesMin)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            if (length >= DirectBytesMin)
            {
                await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
                _largeSlots.Release();
            }
            else
            {
                buffer.AsSpan(0, length).CopyTo(_gathered.AsSpan(_count));
                _count += length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_count > 0)
        {
            int count = _count;
            _count = 0;
            await stream.WriteAsync(_gathered.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }

        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
