using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Targets;

/// <summary>Dials what <c>DEVICE:PORT</c> or <c>DEVICE:NAME</c> means.</summary>
public static class TargetDialer
{
    /// <summary>Opens a stream.</summary>
    /// <exception cref="ControlException">As of <see cref="IKithTransport"/>.</exception>
    public static async ValueTask<KithStream> DialAsync(IKithTransport transport, DeviceTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(target);
        if (target.Service is null)
        {
            return await transport.DialAsync(target.Device, target.Port, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await transport.DialAsync(target.Device, ServiceName.ToProtocol(target.Service), cancellationToken).ConfigureAwait(false);
        }
        catch (ControlException refused) when (refused.Error == ControlError.PortRefused)
        {
            throw new ControlException(ControlError.PortRefused, $"{target.Device} exposes no service named {target.Service} to this device.", "See what there is with: kith services", refused);
        }
    }
}
