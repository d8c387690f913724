using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kith.Node.Control;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kith.Node.Tcp;

/// <summary>
/// The TLS port at which members connect that UDP is blocked for. To whoever does not know this node's id it is a web server with nothing on it.
/// </summary>
internal sealed class TcpServer : IAsyncDisposable
{
    /// <summary>TCP connections at once, those in their TLS handshake included; further ones are closed.</summary>
    public const int ConnectionsMax = 256;

    /// <summary>WebSockets at once. More than the core keeps, so that it decides which stranger gives way.</summary>
    public const int WebSocketsMax = NodeLimits.TcpConnectionsMax + 32;

    private readonly WebApplication _application;
    private readonly X509Certificate2 _certificate;
    private readonly SourceLimiter _sources = new();
    private readonly TcpConnections _connections;
    private readonly string _path;

    private TcpServer(NodeKey key, ushort port, TcpConnections connections)
    {
        _connections = connections;
        _path = TcpPath.Of(key.Id);
        _certificate = TcpCertificate.Create(key);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options => Configure(options, port));
        _application = builder.Build();
        _application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TcpTimings.KeepAlive, KeepAliveTimeout = TcpTimings.KeepAliveAnswer });
        _application.Run(AnswerAsync);
    }

    /// <summary>Starts to listen, on both families.</summary>
    /// <exception cref="ControlException">The port cannot be had.</exception>
    public static async Task<TcpServer> StartAsync(NodeKey key, ushort port, TcpConnections connections, CancellationToken cancellationToken)
    {
        TcpServer server = new(key, port, connections);
        try
        {
            await server._application.StartAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            bool isTaken = failure is AddressInUseException || failure.InnerException is AddressInUseException;
            throw new ControlException(
                ControlError.PortInUse,
                isTaken ? $"TCP port {port} is in use by another program, or by another node on this machine." : $"TCP port {port} cannot be had: {failure.GetBaseException().Message}.",
                "Choose another port with --tcp-port N, or none with --tcp-port off.",
                failure);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TcpTimings.Stop);
        try
        {
            await _application.StopAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Whoever would not go is cut off.
        }

        await _application.DisposeAsync().ConfigureAwait(false);
        _certificate.Dispose();
    }

    private void Configure(KestrelServerOptions options, ushort port)
    {
        options.AddServerHeader = false;
        options.Limits.MaxConcurrentConnections = ConnectionsMax;
        options.Limits.MaxConcurrentUpgradedConnections = WebSocketsMax;
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.MaxRequestLineSize = 2048;
        options.Limits.MaxRequestHeadersTotalSize = 8192;
        options.Limits.MaxRequestHeaderCount = 32;
        options.Limits.RequestHeadersTimeout = TcpTimings.Stranger;
        options.Limits.KeepAliveTimeout = TcpTimings.Stranger;
        options.ListenAnyIP(port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => _sources.LimitAsync(connection, next));
            listen.UseHttps(_certificate, https =>
            {
                https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                https.HandshakeTimeout = TcpTimings.Stranger;
            });
        });
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!TcpPath.Is(_path, context.Request.Path.Value) || !context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        await _connections.ServeAsync(socket, expected: null).ConfigureAwait(false);
    }

    // Signals and their meaning are the daemon's.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
