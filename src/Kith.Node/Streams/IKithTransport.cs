using Kith.Node.Control;

namespace Kith.Node;

/// <summary>
/// Dials and listens on the private networks of a node: <see cref="KithNode"/> is one in the process, <see cref="ControlClient"/> is one on the node of
/// another process. All members are thread-safe. Failures are a <see cref="ControlException"/>.
/// </summary>
public interface IKithTransport
{
    /// <summary>Opens a stream to a port of a device. Waits while the way to it is being built.</summary>
    /// <param name="device">Its name, alone or with its network (<c>nas</c>, <c>nas.home</c>, <c>nas.home.kith</c>), its node id or a virtual address.</param>
    /// <param name="port">The TCP port, 1 to 65535.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="ControlException">
    /// <see cref="ControlError.UnknownDevice"/>, <see cref="ControlError.AmbiguousDevice"/>, <see cref="ControlError.DeviceOffline"/>,
    /// <see cref="ControlError.PortRefused"/> (nobody listens there), <see cref="ControlError.Timeout"/>, <see cref="ControlError.LimitReached"/>.
    /// </exception>
    ValueTask<KithStream> DialAsync(string device, int port, CancellationToken cancellationToken = default);

    /// <summary>Opens a stream to whoever listens for a named protocol on a device, as ALPN would.</summary>
    /// <param name="device">As for a port.</param>
    /// <param name="protocol">1 to 64 of <c>a-z 0-9 . _ / -</c>, for example <c>pipe/photos</c>.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="ControlException">As for a port.</exception>
    ValueTask<KithStream> DialAsync(string device, string protocol, CancellationToken cancellationToken = default);

    /// <summary>Listens on a port of this device's virtual addresses, in all its networks.</summary>
    /// <param name="port">The TCP port, 1 to 65535.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="ControlException"><see cref="ControlError.PortInUse"/>, <see cref="ControlError.LimitReached"/>.</exception>
    ValueTask<KithListener> ListenAsync(int port, CancellationToken cancellationToken = default);

    /// <summary>Listens for a named protocol.</summary>
    /// <param name="protocol">As for dialling.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="ControlException"><see cref="ControlError.PortInUse"/>, <see cref="ControlError.LimitReached"/>.</exception>
    ValueTask<KithListener> ListenAsync(string protocol, CancellationToken cancellationToken = default);
}
