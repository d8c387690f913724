using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Node.PortMapping;

/// <summary>
/// The few HTTP requests that UPnP needs. Whatever host a URL names, the connection goes to the gateway that the machine's routes name, from the address that asks; no
/// proxy, redirect, cookie or credential; bounded in time and size.
/// </summary>
internal sealed class GatewayHttp : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly HttpRequestOptionsKey<MapperHttpRequest> Asked = new("kith.gateway");

    private readonly HttpClient _client = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = 16,
            ConnectTimeout = Patience,
            ConnectCallback = ConnectAsync,
        },
        disposeHandler: true)
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = PortMappingLimits.HttpBodyBytesMax,
    };

    /// <summary>Makes a request; status 0 if there is no answer, or one that is too large.</summary>
    public async Task<(int Status, byte[] Body)> SendAsync(MapperHttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage message = new(request.Soap is null ? HttpMethod.Get : HttpMethod.Post, request.Url.ToString());
            message.Options.Set(Asked, request);
            message.Headers.ConnectionClose = true;
            message.Headers.UserAgent.Add(new ProductInfoHeaderValue("kith", "1"));
            if (request.Soap is { } soap)
            {
                message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(soap.ToXml()));
                message.Content.Headers.ContentType = new MediaTypeHeaderValue("text/xml", "utf-8");
                message.Headers.TryAddWithoutValidation("SOAPAction", soap.ActionHeader);
            }

            using HttpResponseMessage response = await _client.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
            return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or SocketException or IOException or UriFormatException)
        {
            return (0, []);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        context.InitialRequestMessage.Options.TryGetValue(Asked, out MapperHttpRequest? request);
        MappingGateway gateway = request!.Gateway;
        InternetEndpoint target = gateway.At(request.Url.Port);
        IPAddress address = target.Address.ToIPAddress();
        if (!target.Address.IsV4)
        {
            address.ScopeId = target.Scope;
        }

        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(gateway.Client.ToIPAddress(), 0));
            await socket.ConnectAsync(new IPEndPoint(address, target.Port), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
