using Kith.Node;
using Kith.Node.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>A node as part of an application.</summary>
public static class KithServiceCollectionExtensions
{
    /// <summary>
    /// Adds a node that starts and stops with the application. Services take <see cref="KithNode"/> once it runs, <see cref="IKithTransport"/> (which waits for it)
    /// or <see cref="KithNodeSource"/> at any time. Add it before whatever uses it at its own start.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options: <c>o =&gt; o with { Join = invite }</c>.</param>
    public static IServiceCollection AddKith(this IServiceCollection services, Func<KithNodeOptions, KithNodeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<KithHostOptions>();
        if (configure is not null)
        {
            services.Configure<KithHostOptions>(options => options.Node = configure(options.Node));
        }

        if (services.Any(service => service.ServiceType == typeof(KithNodeSource)))
        {
            return services;
        }

        services.AddSingleton(_ => new KithNodeSource());
        services.TryAddSingleton<IKithTransport, KithSourceTransport>();
        services.AddSingleton<KithHostedService>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<KithHostedService>());
        services.AddSingleton(provider => provider.GetRequiredService<KithNodeSource>().Current);
        return services;
    }

    /// <summary>The same, with options from the application's configuration, for example the section <c>Kith</c>; keys are named as the properties of <see cref="KithNodeOptions"/>.</summary>
    /// <exception cref="Kith.Node.Control.ControlException">Thrown when the options are first used: a value cannot be understood, or a key is unknown.</exception>
    public static IServiceCollection AddKith(this IServiceCollection services, IConfiguration section, Func<KithNodeOptions, KithNodeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddKith(options => options.Apply(section)).AddKith(configure);
    }
}
