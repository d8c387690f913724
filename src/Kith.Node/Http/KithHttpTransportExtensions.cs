using Kith.Node.Control;

namespace Kith.Node;

/// <summary>
/// HTTP to members by name: <c>http://nas.home.kith:8080/</c>. HTTP/1.1, HTTP/2 (also without TLS, where a request asks for exactly that version) and TLS inside the
/// tunnel. The tunnel already keeps strangers out and proves who is there, so <c>http</c> is as safe here as <c>https</c>.
/// </summary>
public static class KithHttpTransportExtensions
{
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Makes a handler whose connections are streams of a node, for <see cref="HttpClient"/>, gRPC channels, SignalR connections and web sockets. Belongs to the
    /// caller. Where a device is not reached, requests fail with an <see cref="HttpRequestException"/> around the <see cref="ControlException"/>.
    /// </summary>
    /// <param name="transport">The node, or the client of a running one.</param>
    public static SocketsHttpHandler CreateHttpHandler(this IKithTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
                await transport.DialAsync(context.DnsEndPoint.Host.Trim('[', ']'), context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false),

            // A proxy of this machine's surroundings knows no member.
            UseProxy = false,
            PooledConnectionIdleTimeout = IdleTimeout,
        };
    }

    /// <summary>Makes a client over <see cref="CreateHttpHandler"/>; disposing it disposes both.</summary>
    /// <param name="transport">The node, or the client of a running one.</param>
    /// <param name="baseAddress">What relative addresses of requests stand under, or null.</param>
    public static HttpClient CreateHttpClient(this IKithTransport transport, Uri? baseAddress = null) => new(transport.CreateHttpHandler()) { BaseAddress = baseAddress };
}
