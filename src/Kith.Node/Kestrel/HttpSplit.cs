using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using Kith.Node.Control;

namespace Kith.Node.Kestrel;

/// <summary>
/// One port for HTTP/1.1 and HTTP/2 without TLS. Kestrel tells them apart by ALPN only; here the first bytes tell, and each kind goes to a listener of its own.
/// </summary>
internal sealed class HttpSplit : IAsyncDisposable
{
    /// <summary>Connections that may wait to be told apart, and that may wait to be taken, each; further ones are reset.</summary>
    public const int WaitingMax = 256;

    // Whoever says nothing for so long is left to Kestrel and its limits.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(10);

    private readonly KithListener _listener;
    private readonly Channel<KithStream> _http1 = Channel.CreateBounded<KithStream>(WaitingMax);
    private readonly Channel<KithStream> _http2 = Channel.CreateBounded<KithStream>(WaitingMax);
    private readonly Task _sorting;
    private int _undecided;

    /// <summary>Begins to take connections. Owns the listener.</summary>
    public HttpSplit(KithListener listener)
    {
        _listener = listener;
        _sorting = Task.Run(SortAsync);
    }

    /// <summary>How many endpoints use it.</summary>
    public int Users { get; set; }

    /// <summary>The next connection of a kind.</summary>
    /// <exception cref="ObjectDisposedException">There will be none.</exception>
    public async ValueTask<KithStream> AcceptAsync(HttpPart part, CancellationToken cancellationToken)
    {
        try
        {
            return await (part == HttpPart.Http2 ? _http2 : _http1).Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(HttpSplit));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _sorting.ConfigureAwait(false);
        while (_http1.Reader.TryRead(out KithStream? left) || _http2.Reader.TryRead(out left))
        {
            left.Abort();
        }
    }

    private static bool? IsHttp2(in ReadOnlySequence<byte> begin)
    {
        Span<byte> bytes = stackalloc byte[3];
        int length = (int)Math.Min(bytes.Length, begin.Length);
        begin.Slice(0, length).CopyTo(bytes);
        return !"PRI"u8.StartsWith(bytes[..length]) ? false : length == bytes.Length ? true : null;
    }

    private static async Task<bool> IsHttp2Async(PipeReader input)
    {
        using CancellationTokenSource silence = new(SilenceMax);
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync(silence.Token).ConfigureAwait(false);
                bool? decision = read.IsCompleted || read.IsCanceled ? IsHttp2(read.Buffer) ?? false : IsHttp2(read.Buffer);
                if (decision is { } isHttp2)
                {
                    // Nothing consumed and nothing examined: whoever reads next sees all of it at once.
                    input.AdvanceTo(read.Buffer.Start);
                    return isHttp2;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SortAsync()
    {
        try
        {
            await foreach (KithStream stream in _listener.AcceptAllAsync().ConfigureAwait(false))
            {
                if (Interlocked.Increment(ref _undecided) > WaitingMax)
                {
                    Interlocked.Decrement(ref _undecided);
                    stream.Abort();
                }
                else
                {
                    _ = SortAsync(stream);
                }
            }
        }
        catch (ControlException)
        {
            // The node has stopped.
        }

        _http1.Writer.TryComplete();
        _http2.Writer.TryComplete();
    }

    private async Task SortAsync(KithStream stream)
    {
        try
        {
            bool isHttp2 = await IsHttp2Async(stream.Input).ConfigureAwait(false);
            if (!(isHttp2 ? _http2 : _http1).Writer.TryWrite(stream))
            {
                stream.Abort();
            }
        }
        catch (Exception broken) when (broken is IOException or InvalidOperationException)
        {
            stream.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref _undecided);
        }
    }
}
