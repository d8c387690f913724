using System.Runtime.CompilerServices;
using Kith.Node.Control;

namespace Kith.Node;

/// <summary>Takes streams that members open to a port or a named protocol of this device. Disposing it frees the port; accepted streams live on.</summary>
public abstract class KithListener : IAsyncDisposable
{
    /// <summary>Makes one.</summary>
    protected KithListener(int port, string? protocol)
    {
        Port = port;
        Protocol = protocol;
    }

    /// <summary>The TCP port; of a named protocol the one that all of them share.</summary>
    public int Port { get; }

    /// <summary>The named protocol, or null for a plain port.</summary>
    public string? Protocol { get; }

    /// <summary>Waits for the next stream. Several calls may wait at once.</summary>
    /// <exception cref="ObjectDisposedException">The listener was disposed.</exception>
    /// <exception cref="ControlException"><see cref="ControlError.NodeNotRunning"/>: the node was stopped.</exception>
    public abstract ValueTask<KithStream> AcceptAsync(CancellationToken cancellationToken = default);

    /// <summary>All streams to come; ends when the listener is disposed.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.NodeNotRunning"/>: the node was stopped.</exception>
    public async IAsyncEnumerable<KithStream> AcceptAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            KithStream stream;
            try
            {
                stream = await AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                yield break;
            }

            yield return stream;
        }
    }

    /// <summary>Stops listening. What was not accepted yet is reset.</summary>
    public abstract ValueTask DisposeAsync();
}
