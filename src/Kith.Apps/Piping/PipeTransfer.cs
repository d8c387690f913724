using System.Buffers;
using Kith.Apps.Copying;

namespace Kith.Apps.Piping;

/// <summary>An open pipe: carries the input here to the output there and the other way round, both at once, until both have ended.</summary>
internal sealed class PipeTransfer : IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly IDuplexEnd _stream;
    private readonly IDuplexEnd _local;
    private readonly bool _inputMayNeverEnd;
    private readonly PipeFrameWriter _frames;
    private readonly TaskCompletionSource _inputUnwanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Prepares.</summary>
    /// <param name="stream">The stream to the other end; stays its owner's.</param>
    /// <param name="local">Input and output here; stay their owner's.</param>
    /// <param name="inputMayNeverEnd">Whether nobody need wait for the end of the input once the other side has ended: a person sits at it.</param>
    public PipeTransfer(IDuplexEnd stream, IDuplexEnd local, bool inputMayNeverEnd)
    {
        _stream = stream;
        _local = local;
        _inputMayNeverEnd = inputMayNeverEnd;
        _frames = new PipeFrameWriter(stream);
    }

    /// <summary>Bytes that went to the other side.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Bytes that came from the other side.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Carries until the end. Never throws for what happens on the way.</summary>
    public async Task<PipeEnding> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<PipeEnding> sending = SendAsync(stop.Token);
        Task<PipeEnding> receiving = ReceiveAsync(stop.Token);
        Task<PipeEnding> first = await Task.WhenAny(sending, receiving).ConfigureAwait(false);
        PipeEnding ending = await first.ConfigureAwait(false);
        if (ending == PipeEnding.Complete)
        {
            ending = await (first == sending ? receiving : sending).ConfigureAwait(false);
        }
        else if (first == sending && ending == PipeEnding.Lost)
        {
            // A writer notices a break first; the reader may still learn why.
            stop.CancelAfter(Farewell);
            PipeEnding why = await receiving.ConfigureAwait(false);
            ending = why == PipeEnding.Complete ? ending : why;
        }

        if (ending == PipeEnding.Complete)
        {
            await FinishAsync().ConfigureAwait(false);
            return ending;
        }

        _stream.Abort();

        // Reading the terminal cannot be called off: that is left behind, and ends with the process.
        await stop.CancelAsync().ConfigureAwait(false);
        return ending;
    }

    /// <inheritdoc/>
    public void Dispose() => _frames.Dispose();

    private async Task<PipeEnding> SendAsync(CancellationToken cancellationToken)
    {
        // Not given back to the pool: a reading that is left behind may still write into it.
        byte[] buffer = new byte[PipeFrame.HeadBytes + PipeFrame.DataBytesMax];
        try
        {
            while (true)
            {
                int read;
                try
                {
                    read = await ReadLocalAsync(buffer.AsMemory(PipeFrame.HeadBytes), cancellationToken).ConfigureAwait(false);
                }
                catch (IOException)
                {
                    return PipeEnding.InputFailed;
                }

                PipeFrame.EncodeHead(buffer, read == 0 ? PipeFrame.End : (uint)read);
                await _frames.WriteAsync(buffer.AsMemory(0, PipeFrame.HeadBytes + read), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return PipeEnding.Complete;
                }

                SentBytes += read;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return PipeEnding.Lost;
        }
    }

    private async ValueTask<int> ReadLocalAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ValueTask<int> reading = _local.ReadAsync(buffer, cancellationToken);
        if (!_inputMayNeverEnd || reading.IsCompleted)
        {
            return await reading.ConfigureAwait(false);
        }

        Task<int> slow = reading.AsTask();
        return await Task.WhenAny(slow, _inputUnwanted.Task).ConfigureAwait(false) == slow ? await slow.ConfigureAwait(false) : 0;
    }

    private async Task<PipeEnding> ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PipeFrame.DataBytesMax);
        bool hasEnded = false;
        bool isDelivered = false;
        try
        {
            while (!hasEnded || !isDelivered)
            {
                if (!await FillAsync(buffer.AsMemory(0, PipeFrame.HeadBytes), cancellationToken).ConfigureAwait(false) || !PipeFrame.TryDecodeHead(buffer, out uint head))
                {
                    return PipeEnding.Lost;
                }

                bool isData = head is > PipeFrame.End and <= PipeFrame.DataBytesMax;
                if (head == PipeFrame.Broken)
                {
                    return PipeEnding.OtherOutputClosed;
                }

                if (isData || head == PipeFrame.End)
                {
                    if (hasEnded || !await FillAsync(buffer.AsMemory(0, (int)head), cancellationToken).ConfigureAwait(false))
                    {
                        return PipeEnding.Lost;
                    }

                    if (!await TryWriteOutAsync(buffer.AsMemory(0, (int)head), cancellationToken).ConfigureAwait(false))
                    {
                        await RenounceAsync(buffer, cancellationToken).ConfigureAwait(false);
                        return PipeEnding.OutputClosed;
                    }

                    hasEnded = !isData;
                    ReceivedBytes += head;
                }

                if (hasEnded && head == PipeFrame.End)
                {
                    await _frames.SayAsync(PipeFrame.Delivered, cancellationToken).ConfigureAwait(false);
                    _inputUnwanted.TrySetResult();
                }

                isDelivered |= head == PipeFrame.Delivered;
            }

            return PipeEnding.Complete;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return PipeEnding.Lost;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Nothing to write out is the end of all.</summary>
    private async ValueTask<bool> TryWriteOutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            if (bytes.Length > 0)
            {
                await _local.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _local.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async ValueTask<bool> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (buffer.Length > 0)
        {
            int read = await _stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
        }

        return true;
    }

    /// <summary>Says that nothing more can be written out. What still comes is read on until the other side has heard it: closing would break the connection before.</summary>
    private async Task RenounceAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Farewell);
        try
        {
            await _frames.SayAsync(PipeFrame.Broken, patience.Token).ConfigureAwait(false);
            while (await _stream.ReadAsync(buffer, patience.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It has heard it, or is gone.
        }
    }

    /// <summary>Waits until the other side has closed, too, so that the last frame is not lost with this process.</summary>
    private async Task FinishAsync()
    {
        using CancellationTokenSource patience = new(Farewell);
        try
        {
            await _stream.CompleteWritesAsync(patience.Token).ConfigureAwait(false);
            await FillAsync(new byte[1], patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It has everything, and so have we.
        }
    }
}
