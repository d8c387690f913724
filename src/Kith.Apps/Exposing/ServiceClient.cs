using Kith.Node.Control;

namespace Kith.Apps.Exposing;

/// <summary>The services of a node of another process, over its control socket.</summary>
public sealed class ServiceClient : IServiceControl
{
    private readonly ControlClient _node;

    /// <summary>Makes a client over another, which stays its owner's.</summary>
    public ServiceClient(ControlClient node)
    {
        _node = node;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ServiceStatus>> GetServicesAsync(CancellationToken cancellationToken) =>
        _node.GetAsync(ServiceRoute.List, AppsJson.Default.IReadOnlyListServiceStatus, cancellationToken);

    /// <inheritdoc/>
    public Task<ServiceStatus> ExposeAsync(ExposeRequest request, CancellationToken cancellationToken) =>
        _node.PostAsync(ServiceRoute.Expose, request, AppsJson.Default.ExposeRequest, AppsJson.Default.ServiceStatus, cancellationToken);

    /// <inheritdoc/>
    public Task<ServiceStatus> UnexposeAsync(UnexposeRequest request, CancellationToken cancellationToken) =>
        _node.PostAsync(ServiceRoute.Unexpose, request, AppsJson.Default.UnexposeRequest, AppsJson.Default.ServiceStatus, cancellationToken);
}
