using System.Net;
using Kith.Node.Control;
using Microsoft.AspNetCore.Connections;

namespace Kith.Node.Kestrel;

/// <summary>Lets Kestrel listen on a <see cref="KithEndPoint"/>; every other kind of endpoint is left to Kestrel's own transports.</summary>
internal sealed class KithConnectionListenerFactory(IKithTransport transport) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is KithEndPoint;

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not KithEndPoint kith)
        {
            throw new NotSupportedException($"{endpoint} is no endpoint of Kith.");
        }

        try
        {
            KithListener listener = kith.Protocol is { } protocol
                ? await transport.ListenAsync(protocol, cancellationToken).ConfigureAwait(false)
                : await transport.ListenAsync(kith.Port, cancellationToken).ConfigureAwait(false);
            return new KithConnectionListener(listener, kith);
        }
        catch (ControlException taken) when (taken.Error == ControlError.PortInUse)
        {
            throw new AddressInUseException(taken.Message, taken);
        }
    }
}
