using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Kith.Node.Kestrel;

/// <summary>
/// A <see cref="KithStream"/> as Kestrel wants it. Two tasks carry between the stream and Kestrel's pipes: reading goes on while a request is being served, so that
/// a caller who goes away is noticed at once.
/// </summary>
internal sealed class KithConnection : ConnectionContext, IKithPeerFeature, IConnectionIdFeature, IConnectionItemsFeature, IConnectionTransportFeature,
    IConnectionLifetimeFeature, IConnectionEndPointFeature
{
    // As for Kestrel's sockets: a reader that is slower than this makes the peer wait.
    private const int BufferedBytesMax = 1 << 20;
    private const int ReadBytesMin = 4096;

    private readonly KithStream _stream;
    private readonly PipePair _application;
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _done = new();
    private readonly Task _carrying;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private int _isAborted;

    /// <summary>Owns the stream.</summary>
    public KithConnection(KithStream stream, KithEndPoint local)
    {
        _stream = stream;
        LocalEndPoint = local;
        RemoteEndPoint = stream.Peer.Address;
        PipeOptions options = new(pauseWriterThreshold: BufferedBytesMax, resumeWriterThreshold: BufferedBytesMax / 2, useSynchronizationContext: false);
        Pipe input = new(options);
        Pipe output = new(options);
        Transport = new PipePair(input.Reader, output.Writer);
        _application = new PipePair(output.Reader, input.Writer);
        ConnectionClosed = _closed.Token;
        Features = new FeatureCollection();
        Features.Set<IKithPeerFeature>(this);
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        _carrying = Task.WhenAll(Task.Run(ReceiveAsync), Task.Run(SendAsync));
    }

    /// <inheritdoc/>
    public KithPeer Peer => _stream.Peer;

    /// <inheritdoc/>
    public override string ConnectionId
    {
        get => _id ??= Guid.NewGuid().ToString("N");
        set => _id = value;
    }

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; }

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override CancellationToken ConnectionClosed { get; set; }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; set; }

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint { get; set; }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.Exchange(ref _isAborted, 1) == 0)
        {
            _stream.Abort();
            _application.Input.CancelPendingRead();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync().ConfigureAwait(false);
        await Transport.Output.CompleteAsync().ConfigureAwait(false);
        await _carrying.ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _closed.Dispose();
        _done.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        PipeWriter writer = _application.Output;
        try
        {
            while (true)
            {
                int bytes = await _stream.ReadAsync(writer.GetMemory(ReadBytesMin), _done.Token).ConfigureAwait(false);
                if (bytes == 0)
                {
                    break;
                }

                writer.Advance(bytes);
                FlushResult flushed = await writer.FlushAsync().ConfigureAwait(false);
                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    break;
                }
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or OperationCanceledException)
        {
            failure = Volatile.Read(ref _isAborted) == 1
                ? new ConnectionAbortedException("The connection was aborted.", broken)
                : new ConnectionResetException("The connection was reset by the peer.", broken);
        }

        await writer.CompleteAsync(failure).ConfigureAwait(false);
        await TellClosedAsync().ConfigureAwait(false);
    }

    private async Task SendAsync()
    {
        PipeReader reader = _application.Input;
        Exception? failure = null;
        try
        {
            while (true)
            {
                ReadResult read = await reader.ReadAsync().ConfigureAwait(false);
                if (read.IsCanceled)
                {
                    break;
                }

                foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                {
                    await _stream.WriteAsync(segment).ConfigureAwait(false);
                }

                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    await _stream.CompleteWritesAsync().ConfigureAwait(false);
                    break;
                }
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or OperationCanceledException)
        {
            failure = broken;
        }

        await reader.CompleteAsync(failure).ConfigureAwait(false);

        // Kestrel has said its last word; nobody reads what the peer may still say.
        await _done.CancelAsync().ConfigureAwait(false);
    }

    // Not on the task that completed the pipe: whoever is told may do anything.
    private async Task TellClosedAsync()
    {
        try
        {
            await _closed.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is AggregateException or ObjectDisposedException)
        {
            // What a listener to the end throws is its own affair.
        }
    }

    private sealed record PipePair(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
