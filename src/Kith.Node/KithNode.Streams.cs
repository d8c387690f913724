using Kith.Node.Control;
using Kith.Node.Telemetry;
using Kith.Protocol.Core.Applications;

namespace Kith.Node;

/// <content>Dialling and listening on the node's own stack.</content>
public sealed partial class KithNode : IKithTransport
{
    /// <inheritdoc/>
    public ValueTask<KithStream> DialAsync(string device, int port, CancellationToken cancellationToken = default) =>
        WatchDialAsync(() => _streams.DialAsync(device, port, cancellationToken), device, port, protocol: null);

    /// <inheritdoc/>
    public ValueTask<KithStream> DialAsync(string device, string protocol, CancellationToken cancellationToken = default) =>
        WatchDialAsync(() => _protocols.DialAsync(device, protocol, cancellationToken), device, ApplicationConstants.Port, protocol);

    /// <inheritdoc/>
    public async ValueTask<KithListener> ListenAsync(int port, CancellationToken cancellationToken = default) =>
        new WatchedListener(await _streams.ListenAsync(port, cancellationToken).ConfigureAwait(false), _metrics);

    /// <inheritdoc/>
    public async ValueTask<KithListener> ListenAsync(string protocol, CancellationToken cancellationToken = default) =>
        new WatchedListener(await _protocols.ListenAsync(protocol, cancellationToken).ConfigureAwait(false), _metrics);

    /// <summary>Listens on a port of this device's virtual addresses. Returns when the port is taken, which is a matter of the loop's next turn.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.PortInUse"/>, <see cref="ControlError.LimitReached"/>.</exception>
    public KithListener Listen(int port) => ListenAsync(port, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
