using System.Threading.Channels;
using Kith.Node;

namespace Kith.Tests.Apps;

/// <summary>A listener in memory.</summary>
internal sealed class MemoryKithListener(int port, string? protocol, Action<MemoryKithListener> remove) : KithListener(port, protocol)
{
    private readonly Channel<KithStream> _waiting = Channel.CreateUnbounded<KithStream>();

    public void Offer(KithStream stream) => _waiting.Writer.TryWrite(stream);

    public override async ValueTask<KithStream> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _waiting.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(MemoryKithListener));
        }
    }

    public override ValueTask DisposeAsync()
    {
        remove(this);
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
