using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using Kith.Cli.Daemon.Transport;
using Kith.Node;
using Kith.Node.Control;
using Kith.Node.Streams.Socket;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Kith.Cli.Daemon;

/// <summary>The node's streams for programs on the control socket: each is an HTTP request that is upgraded once the stream stands.</summary>
internal sealed class ControlStreams(INodeControl node)
{
    private readonly ConcurrentDictionary<string, KithListener> _listeners = new(StringComparer.Ordinal);
    private long _lastNumber;

    /// <summary>Opens a stream to a device and carries it.</summary>
    public async Task DialAsync(HttpContext context, CancellationToken cancellationToken)
    {
        IHttpUpgradeFeature upgrade = UpgradeOf(context);
        string device = context.Request.Query["device"].ToString();
        KithStream stream = TryGetPort(context, out int port)
            ? await Transport().DialAsync(device, port, cancellationToken).ConfigureAwait(false)
            : await Transport().DialAsync(device, ProtocolOf(context), cancellationToken).ConfigureAwait(false);
        await CarryAsync(context, upgrade, stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Listens as long as the connection lives, or until the program says goodbye.</summary>
    public async Task ListenAsync(HttpContext context, CancellationToken cancellationToken)
    {
        IHttpUpgradeFeature upgrade = UpgradeOf(context);
        KithListener listener = TryGetPort(context, out int port)
            ? await Transport().ListenAsync(port, cancellationToken).ConfigureAwait(false)
            : await Transport().ListenAsync(ProtocolOf(context), cancellationToken).ConfigureAwait(false);
        string number = Interlocked.Increment(ref _lastNumber).ToString(CultureInfo.InvariantCulture);
        await using (listener.ConfigureAwait(false))
        {
            _listeners[number] = listener;
            try
            {
                context.Response.Headers[SocketListener.HeaderName] = number;
                SetUpgrade(context);
                Stream connection = await upgrade.UpgradeAsync().ConfigureAwait(false);
                Task<int> goodbye = connection.ReadAsync(new byte[1], cancellationToken).AsTask();
                if (await Task.WhenAny(goodbye, node.Completion).ConfigureAwait(false) == goodbye)
                {
                    await goodbye.ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException)
            {
                // The program is gone.
            }
            finally
            {
                _listeners.TryRemove(number, out _);
            }
        }
    }

    /// <summary>Waits for the next stream of a listener and carries it.</summary>
    public async Task AcceptAsync(HttpContext context, CancellationToken cancellationToken)
    {
        IHttpUpgradeFeature upgrade = UpgradeOf(context);
        if (!_listeners.TryGetValue(context.Request.Query["listener"].ToString(), out KithListener? listener))
        {
            throw new ControlException(ControlError.Usage, "There is no such listener any more.", "Listen again.");
        }

        KithStream stream;
        try
        {
            stream = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw new ControlException(ControlError.Usage, "There is no such listener any more.", "Listen again.");
        }

        await CarryAsync(context, upgrade, stream, cancellationToken).ConfigureAwait(false);
    }

    private static async Task CarryAsync(HttpContext context, IHttpUpgradeFeature upgrade, KithStream stream, CancellationToken cancellationToken)
    {
        Socket socket;
        try
        {
            context.Response.Headers[StreamFrame.PeerHeaderName] = PeerHeader.Encode(stream.Peer);
            SetUpgrade(context);

            // Before the answer goes out: what comes after it is read here.
            socket = context.Features.GetRequiredFeature<IControlSocketFeature>().Take();
            await upgrade.UpgradeAsync().ConfigureAwait(false);
        }
        catch
        {
            stream.Abort();
            throw;
        }

        // Not the request's own token: it is cancelled as soon as the program closes its side, and what it wrote before that is to arrive.
        _ = cancellationToken;
        FrameChannel channel = new(new NetworkStream(socket, ownsSocket: true), socket);
        await using (channel.ConfigureAwait(false))
        {
            await StreamBridge.RunAsync(stream, channel, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static IHttpUpgradeFeature UpgradeOf(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade && context.Request.Headers.Upgrade == StreamFrame.Upgrade
            ? upgrade
            : throw new ControlException(ControlError.Usage, $"This path needs an upgrade to {StreamFrame.Upgrade}.", "The command and the node may be of different versions.");

    private static void SetUpgrade(HttpContext context) => context.Response.Headers.Upgrade = StreamFrame.Upgrade;

    private static bool TryGetPort(HttpContext context, out int port) =>
        int.TryParse(context.Request.Query["port"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out port);

    private static string ProtocolOf(HttpContext context) => context.Request.Query["protocol"].ToString();

    private IKithTransport Transport() =>
        node as IKithTransport ?? throw new ControlException(ControlError.Usage, "This node has no streams.", "The command and the node may be of different versions.");
}
