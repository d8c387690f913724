using Kith.Apps.Copying;
using Kith.Apps.Services;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Targets;

/// <summary>Dials what <c>DEVICE:PORT</c> or <c>DEVICE:NAME</c> means.</summary>
public static class TargetDialer
{
    /// <summary>Opens a stream. Of a service that is named, the program behind it is connected then.</summary>
    /// <exception cref="ControlException">As of <see cref="IKithTransport"/>.</exception>
    public static ValueTask<KithStream> DialAsync(IKithTransport transport, DeviceTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(target);
        return target.Service is null
            ? transport.DialAsync(target.Device, target.Port, cancellationToken)
            : ServiceCaller.CallAsync(transport, target, cancellationToken);
    }

    /// <summary>Opens a stream which, if it ends before a word, finds out whether a service without its program is why.</summary>
    /// <exception cref="ControlException">As of <see cref="IKithTransport"/>.</exception>
    internal static async ValueTask<WatchedEnd> DialWatchedAsync(IKithTransport transport, DeviceTarget target, CancellationToken cancellationToken)
    {
        KithStream stream = await DialAsync(transport, target, cancellationToken).ConfigureAwait(false);
        return new WatchedEnd(stream, stop => target.Service is null ? ServiceCaller.ExplainAsync(transport, target, stop) : ValueTask.FromResult<ControlException?>(null));
    }
}
