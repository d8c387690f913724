using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <summary>What tells one TCP connection from another: both addresses and both ports.</summary>
internal readonly record struct ConnectionKey(InternetAddress Local, InternetAddress Remote, ushort LocalPort, ushort RemotePort)
{
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Local, Remote, ((uint)LocalPort << 16) | RemotePort);
}
