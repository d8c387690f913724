using Kith.Apps.Copying;

namespace Kith.Apps.Proxying;

/// <summary>Opens the connections that programs ask a proxy for.</summary>
internal interface IProxyDialer
{
    /// <summary>Connects.</summary>
    /// <exception cref="ProxyRefusedException">This proxy does not go there.</exception>
    /// <exception cref="Kith.Node.Control.ControlException">It could not connect.</exception>
    ValueTask<IDuplexEnd> DialAsync(ProxyDestination destination, CancellationToken cancellationToken);
}
