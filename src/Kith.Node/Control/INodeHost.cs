using Microsoft.Extensions.Logging;

namespace Kith.Node.Control;

/// <summary>Starts nodes. The command line is written against this, so that its tests need neither network nor TUN device.</summary>
public interface INodeHost
{
    /// <summary>
    /// Starts a node and returns when it is ready: state loaded, sockets and TUN device open, and, if
    /// <see cref="NodeStartOptions.Join"/> is set, the network joined.
    /// </summary>
    /// <exception cref="ControlException">It cannot start; nothing of it is left behind.</exception>
    Task<INodeControl> StartAsync(NodeStartOptions options, ILoggerFactory loggers, CancellationToken cancellationToken);
}
