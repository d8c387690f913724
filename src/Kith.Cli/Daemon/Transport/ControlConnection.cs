using System.IO.Pipelines;
using System.Net.Sockets;
using Kith.Node.Kestrel;
using Microsoft.AspNetCore.Connections;

namespace Kith.Cli.Daemon.Transport;

/// <summary>A connection of a command. It is read ahead, so that a command that goes away is noticed while it waits for its answer; a waiting one holds no buffer.</summary>
internal sealed class ControlConnection : DefaultConnectionContext, IControlSocketFeature
{
    private const int BufferedBytesMax = 64 * 1024;

    private readonly Socket _socket;
    private readonly PipeWriter _input;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _receiving;
    private volatile bool _isTaken;

    /// <summary>Owns the socket.</summary>
    public ControlConnection(Socket socket)
        : base(Guid.NewGuid().ToString("N"))
    {
        _socket = socket;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        Pipe input = new(new PipeOptions(pauseWriterThreshold: BufferedBytesMax, resumeWriterThreshold: BufferedBytesMax / 2, useSynchronizationContext: false));
        _input = input.Writer;
        PipeWriter output = PipeWriter.Create(new NetworkStream(socket, ownsSocket: false), new StreamPipeWriterOptions(leaveOpen: true));
        Transport = new PipePair(input.Reader, new KithConnectionOutput(output));
        ConnectionClosed = _closed.Token;
        Features.Set<IControlSocketFeature>(this);
        _receiving = Task.Run(ReceiveAsync);
    }

    /// <inheritdoc/>
    public Socket Take()
    {
        _isTaken = true;
        return _socket;
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason) => _socket.Dispose();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync().ConfigureAwait(false);
        await Transport.Output.CompleteAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _receiving.ConfigureAwait(false);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
                if (_isTaken)
                {
                    return;
                }

                int count = await _socket.ReceiveAsync(_input.GetMemory(), SocketFlags.None).ConfigureAwait(false);
                _input.Advance(count);
                if (count == 0 || (await _input.FlushAsync().ConfigureAwait(false)).IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            failure = new ConnectionResetException("The command went away.", broken);
        }

        await _input.CompleteAsync(failure).ConfigureAwait(false);
        await TellClosedAsync().ConfigureAwait(false);
    }

    // Whoever serves a request of the command learns that nobody waits for its answer.
    private async Task TellClosedAsync()
    {
        try
        {
            await _closed.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException)
        {
            // What a listener to the end throws is its own affair.
        }
    }

    private sealed record PipePair(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
