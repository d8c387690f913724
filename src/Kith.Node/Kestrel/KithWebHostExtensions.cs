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
    /// Serves the application on ports of this device's virtual addresses: <c>builder.WebHost.UseKith(8080)</c>, HTTP/1.1 and (with prior knowledge, as gRPC has
    /// it) HTTP/2. Needs <c>builder.Services.AddKith(…)</c>. Other addresses stay as they are configured; with none configured, it is served over Kith alone.
    /// </summary>
    /// <param name="builder">The web host.</param>
    /// <param name="ports">The ports; none only makes <see cref="ListenKith(KestrelServerOptions, int, Action{ListenOptions}?)"/> possible.</param>
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

    /// <summary>Listens on one port over Kith, with settings of its own: protocols, TLS. Needs <see cref="UseKith"/>.</summary>
    public static void ListenKith(this KestrelServerOptions options, int port, Action<ListenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Listen(new KithEndPoint(port), listen => Configure(listen, configure));
    }

    /// <summary>Listens for a named protocol over Kith instead of a port. Needs <see cref="UseKith"/>.</summary>
    public static void ListenKith(this KestrelServerOptions options, string protocol, Action<ListenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Listen(new KithEndPoint(protocol), listen => Configure(listen, configure));
    }

    private static void Configure(ListenOptions listen, Action<ListenOptions>? configure) => configure?.Invoke(listen);
}
