using System.Net;
using Kith.Node.Control;

namespace Kith.Node;

/// <summary>
/// HTTP to members by name: <c>http://nas.home.kith:8080/</c>. HTTP/1.1, HTTP/2 (also without TLS, where a request asks for exactly that version) and TLS inside the
/// tunnel. The tunnel already keeps strangers out and proves who is there, so <c>http</c> is as safe here as <c>https</c>.
/// </summary>
public static class KithHttp
{
    /// <summary>Makes a handler whose connections are streams of a node. It may outlive requests, as other handlers do, and belongs to the caller.</summary>
    /// <param name="transport">The node, or the client of a running one.</param>
    /// <exception cref="HttpRequestException">Thrown by requests; where a device was not reached its inner exception is a <see cref="ControlException"/>.</exception>
    public static SocketsHttpHandler CreateHandler(IKithTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) => await ConnectAsync(transport, context.DnsEndPoint, cancellationToken).ConfigureAwait(false),

            // A proxy of this machine's surroundings knows no member.
            UseProxy = false,

            // The stream says of itself when it ends; an idle one costs nothing but its place in the stack.
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        };
    }

    /// <summary>Makes a client of its own over <see cref="CreateHandler"/>; disposing it disposes both.</summary>
    /// <param name="transport">The node, or the client of a running one.</param>
    /// <param name="baseAddress">What relative addresses of requests stand under, or null.</param>
    public static HttpClient CreateClient(IKithTransport transport, Uri? baseAddress = null) => new(CreateHandler(transport)) { BaseAddress = baseAddress };

    private static async ValueTask<Stream> ConnectAsync(IKithTransport transport, DnsEndPoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await transport.DialAsync(endpoint.Host.Trim('[', ']'), endpoint.Port, cancellationToken).ConfigureAwait(false);
        }
        catch (ControlException refusal)
        {
            throw new HttpRequestException(ToRequestError(refusal.Error), $"{refusal.Message} {refusal.Advice}".TrimEnd(), refusal);
        }
    }

    private static HttpRequestError ToRequestError(ControlError error) => error switch
    {
        ControlError.UnknownDevice or ControlError.AmbiguousDevice or ControlError.UnknownNetwork => HttpRequestError.NameResolutionError,
        _ => HttpRequestError.ConnectionError,
    };
}
