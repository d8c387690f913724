using Kith.Cli.Daemon.Transport;
using Kith.Node.Control;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Kith.Cli.Daemon;

/// <summary>
/// Answers commands on the control socket. It is Kestrel without the host around it: no configuration, no dependency injection, no
/// routing table; that halves what it costs in memory and in start-up time. Whoever starts it must own the state directory: a socket
/// that a dead node left is replaced.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    /// <summary>Connections answered at once; more are closed. Streams that stand do not count, accepts that wait do.</summary>
    public const int ConnectionsMax = 1024;

    /// <summary>Streams and listeners that programs have over the socket at once; more are refused.</summary>
    public const int StreamsMax = 4096;

    /// <summary>The longest body of a request in bytes.</summary>
    public const int RequestBytesMax = 64 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly KestrelServer _server;
    private readonly string _path;
    private int _hidden;

    private ControlServer(KestrelServer server, string path)
    {
        _server = server;
        _path = path;
    }

    /// <summary>Starts to listen.</summary>
    /// <param name="stateDirectory">The state directory, which must exist.</param>
    /// <param name="node">Who answers.</param>
    /// <param name="stop">Stops the node; called when `kith down` asks for it. The answer waits for it.</param>
    /// <param name="logger">Where faults go.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="extension">Answers on paths that are not the node's own.</param>
    public static async Task<ControlServer> StartAsync(
        string stateDirectory,
        INodeControl node,
        Func<Task> stop,
        ILogger logger,
        CancellationToken cancellationToken,
        IControlExtension? extension = null)
    {
        string path = ControlSocketPath.For(stateDirectory);

        // Made under another name and moved over the final one: whoever connects meets the old socket or the new, with its final mode.
        string fresh = path + ".new";
        File.Delete(fresh);
        KestrelServerOptions options = new()
        {
            AddServerHeader = false,
            AllowSynchronousIO = false,
            ApplicationServices = NoServices.Instance,
        };
        options.Limits.MaxConcurrentConnections = ConnectionsMax;
        options.Limits.MaxConcurrentUpgradedConnections = StreamsMax;

        // Whoever reads or writes slowly is the node's own user.
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestBodySize = RequestBytesMax;
        options.ListenUnixSocket(fresh, static listen => listen.Protocols = HttpProtocols.Http1);
        KestrelServer server = new(Options.Create(options), new ControlTransport(), NullLoggerFactory.Instance);
        try
        {
            using (Posix.RestrictUmask())
            {
                await server.StartAsync(new ControlApplication(node, stop, logger, extension), cancellationToken).ConfigureAwait(false);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(fresh, OwnerOnly);
            }

            File.Move(fresh, path, overwrite: true);
            return new ControlServer(server, path);
        }
        catch
        {
            server.Dispose();
            File.Delete(fresh);
            throw;
        }
    }

    /// <summary>
    /// Takes the socket's name away, so that new commands find no node; those under way are still answered. To be called before the
    /// state directory is given free: afterwards the name may belong to the next node.
    /// </summary>
    public void Hide()
    {
        if (Interlocked.Exchange(ref _hidden, 1) == 0)
        {
            File.Delete(_path);
        }
    }

    /// <summary>Waits up to two seconds for the answers under way, then closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        Hide();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        await _server.StopAsync(patience.Token).ConfigureAwait(false);
        _server.Dispose();
    }
}
