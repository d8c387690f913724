using Kith.Node.Control;

namespace Kith.Node;

/// <content>Dialling and listening on the node's own stack.</content>
public sealed partial class KithNode : IKithTransport
{
    /// <inheritdoc/>
    public ValueTask<KithStream> DialAsync(string device, int port, CancellationToken cancellationToken = default) =>
        _streams.DialAsync(device, port, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<KithStream> DialAsync(string device, string protocol, CancellationToken cancellationToken = default) =>
        _protocols.DialAsync(device, protocol, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<KithListener> ListenAsync(int port, CancellationToken cancellationToken = default) =>
        await _streams.ListenAsync(port, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<KithListener> ListenAsync(string protocol, CancellationToken cancellationToken = default) =>
        _protocols.ListenAsync(protocol, cancellationToken);

    /// <summary>Listens on a port of this device's virtual addresses. Returns when the port is taken, which is a matter of the loop's next turn.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.PortInUse"/>, <see cref="ControlError.LimitReached"/>.</exception>
    public KithListener Listen(int port) => _streams.ListenAsync(port, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
