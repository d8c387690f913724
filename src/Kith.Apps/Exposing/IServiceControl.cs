using Kith.Node.Control;

namespace Kith.Apps.Exposing;

/// <summary>What may be asked of a node's services. <see cref="ServiceHost"/> is one in the process, <see cref="ServiceClient"/> one of a running node.</summary>
public interface IServiceControl
{
    /// <summary>The services of this node, by name.</summary>
    Task<IReadOnlyList<ServiceStatus>> GetServicesAsync(CancellationToken cancellationToken);

    /// <summary>Exposes a service, now and after every start. One of the same name is replaced.</summary>
    /// <exception cref="ControlException">
    /// <see cref="ControlError.PortInUse"/>, <see cref="ControlError.NameInvalid"/>, <see cref="ControlError.UnknownDevice"/>, <see cref="ControlError.AmbiguousNetwork"/>,
    /// <see cref="ControlError.LimitReached"/>, <see cref="ControlError.StateNotWritable"/> and others of the node's.
    /// </exception>
    Task<ServiceStatus> ExposeAsync(ExposeRequest request, CancellationToken cancellationToken);

    /// <summary>Exposes a service no more. Connections that exist go on.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.UnknownService"/>.</exception>
    Task<ServiceStatus> UnexposeAsync(UnexposeRequest request, CancellationToken cancellationToken);
}
