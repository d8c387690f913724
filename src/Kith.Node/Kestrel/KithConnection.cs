using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Kith.Node.Kestrel;

/// <summary>
/// A <see cref="KithStream"/> as Kestrel wants it. A task of its own reads ahead while a request is being served, so that a caller who goes away is noticed at once.
/// </summary>
internal sealed class KithConnection : ConnectionContext, IKithPeerFeature, IConnectionIdFeature, IConnectionItemsFeature, IConnectionTransportFeature,
    IConnectionLifetimeFeature, IConnectionEndPointFeature
{
    // As for Kestrel's sockets: a reader that is slower than this makes the peer wait.
    private const int BufferedBytesMax = 1 << 20;

    private readonly KithStream _stream;
    private readonly PipeWriter _input;
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _done = new();
    private readonly Task _receiving;
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
        _input = input.Writer;
        Transport = new PipePair(input.Reader, new KithConnectionOutput(stream.Output));
        ConnectionClosed = _closed.Token;
        Features = new FeatureCollection();
        Features.Set<IKithPeerFeature>(this);
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        _receiving = Task.Run(ReceiveAsync);
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
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync().ConfigureAwait(false);
        await Transport.Output.CompleteAsync().ConfigureAwait(false);
        await _done.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _closed.Dispose();
        _done.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                ReadResult read = await _stream.Input.ReadAsync(_done.Token).ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                {
                    _input.Write(piece.Span);
                }

                bool isLast = read.IsCompleted || read.IsCanceled;
                _stream.Input.AdvanceTo(read.Buffer.End);
                FlushResult flushed = await _input.FlushAsync().ConfigureAwait(false);
                if (isLast || flushed.IsCompleted || flushed.IsCanceled)
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

        await _input.CompleteAsync(failure).ConfigureAwait(false);
        await TellClosedAsync().ConfigureAwait(false);
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
