using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Node.Tcp;

/// <summary>
/// Connects to a node's TLS port, through the HTTP proxy that the environment names for <c>https</c> if there is one (HTTPS_PROXY, ALL_PROXY, NO_PROXY, in either case;
/// user and password may stand in its address).
/// </summary>
internal static class TcpDialer
{
    /// <summary>Tries the endpoints one a moment after the other; the first WebSocket that stands is taken, the others are let go.</summary>
    /// <exception cref="WebSocketException">None answered as the node.</exception>
    /// <exception cref="OperationCanceledException">It took longer than <see cref="TcpTimings.Connect"/>, or <paramref name="stop"/>.</exception>
    public static async Task<TcpCall> DialAsync(NodeId node, IReadOnlyList<InternetEndpoint> endpoints, CancellationToken stop)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TcpTimings.Connect);
        List<Task<TcpCall>> calls = [];
        try
        {
            for (int next = 0; ;)
            {
                if (next < endpoints.Count)
                {
                    calls.Add(CallAsync(node, endpoints[next++], patience.Token));
                }

                using CancellationTokenSource turn = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
                Task wait = Task.Delay(next < endpoints.Count ? TcpTimings.Stagger : Timeout.InfiniteTimeSpan, turn.Token);
                Task[] pending = [.. calls.Where(call => !call.IsFaulted && !call.IsCanceled)];
                Task first = await Task.WhenAny([wait, .. pending]).ConfigureAwait(false);
                await turn.CancelAsync().ConfigureAwait(false);
                if (first is Task<TcpCall> { IsCompletedSuccessfully: true } open)
                {
                    calls.Remove(open);
                    return await open.ConfigureAwait(false);
                }

                if (next == endpoints.Count && calls.TrueForAll(call => call.IsFaulted || call.IsCanceled))
                {
                    return await calls[0].ConfigureAwait(false);
                }

                patience.Token.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await patience.CancelAsync().ConfigureAwait(false);
            calls.ForEach(call => _ = DropAsync(call));
        }
    }

    /// <summary>What went wrong, in words for people.</summary>
    public static string Describe(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AuthenticationException:
                    return "who answered is not that device";
                case HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError }:
                    return $"the proxy refused: {cause.Message}";
                case SocketException socket:
                    return socket.Message;
                case OperationCanceledException:
                    return "no answer in time";
                default:
                    break;
            }
        }

        return failure.GetBaseException().Message;
    }

    private static async Task<TcpCall> CallAsync(NodeId node, InternetEndpoint endpoint, CancellationToken stop)
    {
        SocketsHttpHandler handler = new()
        {
            ConnectTimeout = TcpTimings.Connect,
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => TcpCertificate.IsOf(node, certificate as X509Certificate2),

                // Nothing that a certificate names may be fetched.
                CertificateChainPolicy = new X509ChainPolicy
                {
                    DisableCertificateDownloads = true,
                    RevocationMode = X509RevocationMode.NoCheck,
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                },
            },
        };
        HttpMessageInvoker transport = new(handler);
        ClientWebSocket socket = new();
        try
        {
            socket.Options.KeepAliveInterval = TcpTimings.KeepAlive;
            socket.Options.KeepAliveTimeout = TcpTimings.KeepAliveAnswer;
            Uri uri = new UriBuilder(Uri.UriSchemeWss, Host(endpoint.Address), endpoint.Port, TcpPath.Of(node)).Uri;
            await socket.ConnectAsync(uri, transport, stop).ConfigureAwait(false);
            return new TcpCall(socket, transport);
        }
        catch
        {
            socket.Dispose();
            transport.Dispose();
            throw;
        }
    }

    private static string Host(InternetAddress address)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        address.WriteTo(bytes);
        return new IPAddress(bytes[..address.ByteCount]).ToString();
    }

    private static async Task DropAsync(Task<TcpCall> call)
    {
        try
        {
            (await call.ConfigureAwait(false)).Dispose();
        }
        catch (Exception failure) when (failure is WebSocketException or HttpRequestException or IOException or OperationCanceledException)
        {
            // It was not needed.
        }
    }
}
