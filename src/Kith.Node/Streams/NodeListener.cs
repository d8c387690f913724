using System.Threading.Channels;
using Kith.Node.Control;
using Kith.Protocol.Core;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Node.Streams;

/// <summary>A listener on a port of the node's own TCP.</summary>
internal sealed class NodeListener : KithListener, IStackOwner
{
    /// <summary>Accepted streams that may wait to be taken; further ones are reset.</summary>
    public const int WaitingMax = 256;

    private readonly NodeStreams _owner;
    private readonly ICoreRunner _runner;
    private readonly NodeCore _core;
    private readonly TcpListener _listener;
    private readonly Channel<NodeStream> _waiting = Channel.CreateUnbounded<NodeStream>(new UnboundedChannelOptions { SingleWriter = true });

    /// <summary>Begins to listen; on the loop.</summary>
    /// <exception cref="AddressInUseException">There is a listener on the port.</exception>
    /// <exception cref="StackLimitException">There are as many as there may be.</exception>
    public NodeListener(NodeStreams owner, ICoreRunner runner, NodeCore core, ushort port)
        : base(port, protocol: null)
    {
        _owner = owner;
        _runner = runner;
        _core = core;
        _listener = core.Listen(port, this);
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
    public void HandleStackEvent(ClockReading now, in StackEvent stackEvent)
    {
        if (stackEvent.Kind == StackEventKind.Accepted && _waiting.Reader.Count < WaitingMax
            && _owner.Accept(_core, stackEvent.Connection!) is { } stream && !_waiting.Writer.TryWrite(stream))
        {
            stream.Abort();
        }
    }

    /// <summary>The node stops; on the loop.</summary>
    public void Fail(ClockReading now)
    {
        _ = now;
        _waiting.Writer.TryComplete(new ControlException(ControlError.NodeNotRunning, "The node was stopped.", "Start it again with 'kith up'."));
        Close();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        try
        {
            await _runner.RunAsync((_, _) => Close()).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The node is stopping, and closes it with everything else.
        }
    }

    private bool Close()
    {
        _listener.Close();
        _owner.Remove(this);
        while (_waiting.Reader.TryRead(out NodeStream? stream))
        {
            stream.Abort();
        }

        return true;
    }
}
