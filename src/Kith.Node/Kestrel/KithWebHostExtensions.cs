using Kith.Node;
using Kith.Node.Kestrel;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Serves an application on the private network.</summary>
public static class KithWebHostExtensions
{
    /// <summary>
    /// Serves the application on ports of this device's virtual addresses: <c>builder.WebHost.UseKith(8080)</c>, HTTP/1.1, web sockets, and HTTP/2 without
    /// TLS, as gRPC has it. Needs <c>builder.Services.AddKith(…)</c>. Other addresses stay as they are configured; with none configured, it is served over Kith alone.
    /// </summary>
    /// <param name="builder">The web host.</param>
    /// <param name="ports">The ports; none only makes <see cref="ListenKith(KestrelServerOptions, int, Action{ListenOptions})"/> possible.</param>
    public static IWebHostBuilder UseKith(this IWebHostBuilder builder, params int[] ports)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(ports);
        return builder.ConfigureServices(services =>
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, KithConnectionListenerFactory>());
            services.Configure<KestrelServerOptions>(options =>
            {
                foreach (int port in ports)
                {
                    options.ListenKith(port);
                }
            });
        });
    }

    /// <summary>Listens on a port over Kith, for HTTP/1.1 and for HTTP/2 without TLS at once: the first bytes tell them apart. Needs <see cref="UseKith"/>.</summary>
    public static void ListenKith(this KestrelServerOptions options, int port)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Listen(new KithEndPoint(port) { Part = HttpPart.Http1 }, static listen => listen.Protocols = HttpProtocols.Http1);
        options.Listen(new KithEndPoint(port) { Part = HttpPart.Http2 }, static listen => listen.Protocols = HttpProtocols.Http2);
    }

    /// <summary>Listens on a port over Kith with settings of its own: TLS, one protocol, other middleware. Needs <see cref="UseKith"/>.</summary>
    public static void ListenKith(this KestrelServerOptions options, int port, Action<ListenOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Listen(new KithEndPoint(port), configure);
    }

    /// <summary>Listens for a named protocol over Kith instead of a port. Needs <see cref="UseKith"/>.</summary>
    public static void ListenKith(this KestrelServerOptions options, string protocol, Action<ListenOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Listen(new KithEndPoint(protocol), configure);
    }
}
