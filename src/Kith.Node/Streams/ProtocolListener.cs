using System.Threading.Channels;
using Kith.Node.Control;
using Kith.Protocol.Core.Applications;

namespace Kith.Node.Streams;

/// <summary>A listener for one named protocol.</summary>
internal sealed class ProtocolListener(string protocol, Action<ProtocolListener> onDisposed) : KithListener(ApplicationConstants.Port, protocol)
{
    private readonly Channel<KithStream> _waiting = Channel.CreateBounded<KithStream>(NodeListener.WaitingMax);

    /// <summary>Whether a stream would be taken now.</summary>
    public bool HasRoom => _waiting.Reader.Count < NodeListener.WaitingMax;

    /// <summary>Hands a stream to it; false when too many wait already or it was disposed.</summary>
    public bool TryOffer(KithStream stream) => _waiting.Writer.TryWrite(stream);

    /// <summary>The node stops.</summary>
    public void Fail()
    {
        _waiting.Writer.TryComplete(new ControlException(ControlError.NodeNotRunning, "The node was stopped.", "Start it again with 'kith up'."));
        AbortWaiting();
    }

    /// <inheritdoc/>
    public override async ValueTask<KithStream> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _waiting.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw closed.InnerException is ControlException failure
                ? new ControlException(failure.Error, failure.Message, failure.Advice)
                : new ObjectDisposedException(nameof(KithListener));
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        onDisposed(this);
        _waiting.Writer.TryComplete();
        AbortWaiting();
        return ValueTask.CompletedTask;
    }

    private void AbortWaiting()
    {
        while (_waiting.Reader.TryRead(out KithStream? stream))
        {
            stream.Abort();
        }
    }
}
