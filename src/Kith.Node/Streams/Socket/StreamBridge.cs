using System.Buffers;
using System.IO.Pipelines;

namespace Kith.Node.Streams.Socket;

/// <summary>The daemon's side of a stream on the control socket: carries bytes between the node's stream and the program's frames until both are done.</summary>
internal static class StreamBridge
{
    private const int PieceBytesMin = 4 * 1024;
    private const int PieceBytesMax = 64 * 1024;

    /// <summary>Runs until the program is done with the stream or gone. Ends the stream accordingly.</summary>
    public static async Task RunAsync(KithStream stream, FrameChannel channel, CancellationToken cancellationToken)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task down = CarryDownAsync(stream, channel, ended);
        bool isDone = false;
        try
        {
            isDone = await CarryUpAsync(stream, channel, ended.Token).ConfigureAwait(false);
        }
        finally
        {
            if (isDone)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                stream.Abort();
            }

            await ended.CancelAsync().ConfigureAwait(false);
            await down.ConfigureAwait(false);
        }
    }

    // From the program to the other device, read right into the stream's own memory. True when it says that it is done, false when it is gone without a word.
    private static async Task<bool> CarryUpAsync(KithStream stream, FrameChannel channel, CancellationToken cancellationToken)
    {
        PipeWriter? output = stream.Output;
        byte[] nowhere = [];
        try
        {
            while (true)
            {
                await channel.WaitAsync(cancellationToken).ConfigureAwait(false);
                Memory<byte> memory = output is null ? nowhere : output.GetMemory(Math.Clamp(channel.Expected, PieceBytesMin, PieceBytesMax));
                (StreamFrameType type, int count) = await channel.ReadAsync(memory, cancellationToken).ConfigureAwait(false);
                switch (type)
                {
                    case StreamFrameType.Data when output is null:
                        break;
                    case StreamFrameType.Data:
                        output.Advance(count);
                        if (await IsTakenAsync(output, cancellationToken).ConfigureAwait(false))
                        {
                            break;
                        }

                        // What the other device does not take any more is swallowed: why, the program learns the other way.
                        output = null;
                        nowhere = new byte[PieceBytesMin];
                        break;
                    case StreamFrameType.End:
                        await stream.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
                        output = null;
                        nowhere = new byte[PieceBytesMin];
                        break;
                    case StreamFrameType.Done:
                        return true;
                    default:
                        return false;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async ValueTask<bool> IsTakenAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        try
        {
            return !(await output.FlushAsync(cancellationToken).ConfigureAwait(false)).IsCompleted;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // From the other device to the program. What broke needs nothing more of the program.
    private static async Task CarryDownAsync(KithStream stream, FrameChannel channel, CancellationTokenSource ended)
    {
        CancellationToken cancellationToken = ended.Token;
        try
        {
            string? reason = null;
            try
            {
                await PumpAsync(stream.Input, channel, cancellationToken).ConfigureAwait(false);
            }
            catch (BrokenException broken)
            {
                reason = broken.Message;
            }

            await channel.WriteAsync(reason is null ? StreamFrameType.End : StreamFrameType.Broken, reason ?? string.Empty, cancellationToken).ConfigureAwait(false);
            if (reason is not null)
            {
                await ended.CancelAsync().ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The program is gone, or its stream is disposed.
        }
    }

    private static async ValueTask PumpAsync(PipeReader input, FrameChannel channel, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (IOException failure)
            {
                throw new BrokenException(failure);
            }

            await channel.WriteAsync(result.Buffer, cancellationToken).ConfigureAwait(false);
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || result.IsCanceled)
            {
                return;
            }
        }
    }

    /// <summary>The connection with the other device broke, not the one with the program.</summary>
    private sealed class BrokenException(IOException cause) : Exception(cause.Message, cause);
}
