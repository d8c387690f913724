using Kith.Apps;
using Kith.Apps.Exposing;
using Kith.Node;
using Kith.Node.Control;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kith.Cli.Daemon;

/// <summary>The exposed services of the daemon's node, and the requests about them on the control socket.</summary>
internal sealed class DaemonServices : IControlExtension, IAsyncDisposable
{
    private readonly ServiceHost? _host;

    private DaemonServices(ServiceHost? host)
    {
        _host = host;
    }

    /// <summary>Serves what the state directory holds, if the node can listen; says in the log what cannot be served.</summary>
    public static async Task<DaemonServices> StartAsync(INodeControl node, string stateDirectory, ILogger logger, CancellationToken cancellationToken)
    {
        if (node is not IKithTransport transport)
        {
            return new DaemonServices(null);
        }

        ServiceHost host = await ServiceHost.StartAsync(node, transport, stateDirectory, cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (ServiceStatus service in await host.GetServicesAsync(cancellationToken).ConfigureAwait(false))
            {
                if (service.Problem is not null)
                {
                    CliLog.ServiceNotServed(logger, service.Name, service.Problem);
                }
            }
        }
        catch (ControlException damage)
        {
            CliLog.ServicesNotRead(logger, damage.Message);
        }

        return new DaemonServices(host);
    }

    /// <inheritdoc/>
    public async Task<bool> TryAnswerAsync(HttpContext context)
    {
        if (_host is null)
        {
            return false;
        }

        AppsJson json = AppsJson.Default;
        Task? answer = (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", ServiceRoute.List) => ControlApplication.SendAsync(context, _host.GetServicesAsync(context.RequestAborted), json.IReadOnlyListServiceStatus),
            ("POST", ServiceRoute.Expose) => ControlApplication.CallAsync(context, json.ExposeRequest, _host.ExposeAsync, json.ServiceStatus),
            ("POST", ServiceRoute.Unexpose) => ControlApplication.CallAsync(context, json.UnexposeRequest, _host.UnexposeAsync, json.ServiceStatus),
            _ => null,
        };
        if (answer is null)
        {
            return false;
        }

        await answer.ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;
}
