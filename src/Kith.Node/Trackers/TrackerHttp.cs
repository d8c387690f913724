using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Discovery.Tracker;

namespace Kith.Node.Trackers;

/// <summary>
/// GET requests to trackers, each over one family of addresses. No proxy, which would announce its own address; no redirect, cookie or credential; bounded in time and size. Thread-safe.
/// </summary>
internal sealed class TrackerHttp : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly HttpClient[] _clients = [NewClient(AddressFamily.InterNetwork), NewClient(AddressFamily.InterNetworkV6)];

    /// <summary>Makes a request. What is wrong with an answer is told in a few words, without the URL, which may hold a pass key.</summary>
    public async Task<(byte[] Body, string? Failure)> GetAsync(string url, bool isV6, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, url);
            request.Headers.ConnectionClose = true;
            using HttpResponseMessage response = await _clients[isV6 ? 1 : 0].SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? (await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), null)
                : ([], $"it answers with HTTP status {(int)response.StatusCode}");
        }
        catch (HttpRequestException failure)
        {
            return ([], Describe(failure));
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or UriFormatException)
        {
            return ([], "no answer");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (HttpClient client in _clients)
        {
            client.Dispose();
        }
    }

    private static string Describe(HttpRequestException failure) => (failure.HttpRequestError, failure.InnerException) switch
    {
        (_, SocketException { SocketErrorCode: SocketError.NoData or SocketError.AddressFamilyNotSupported }) => TrackerMachine.NoAddress,
        (HttpRequestError.NameResolutionError, _) => "its name has no address",
        (HttpRequestError.SecureConnectionError, _) => "its certificate is not trusted",
        (HttpRequestError.ConfigurationLimitExceeded, _) => "its answer is too long",
        (_, SocketException { SocketErrorCode: SocketError.ConnectionRefused }) => "it refuses connections",
        _ => "no answer",
    };

    private static HttpClient NewClient(AddressFamily family) => new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = 16,
            ConnectTimeout = s_patience,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, family, cancellationToken),
        },
        disposeHandler: true)
    {
        Timeout = s_patience,
        MaxResponseContentBufferSize = TrackerLimits.HttpAnswerBytesMax,
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint host, AddressFamily family, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host.Host, cancellationToken).ConfigureAwait(false);
        if (Array.Find(addresses, address => address.AddressFamily == family) is not { } address)
        {
            throw new SocketException((int)(addresses.Length == 0 ? SocketError.HostNotFound : SocketError.NoData));
        }

        Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, host.Port), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
