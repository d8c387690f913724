using Microsoft.Extensions.Logging;

namespace Kith.Node.Hosting;

/// <summary>
/// Everything the node logs. No key, invite or peer address at Information or above; device and network names may appear.
/// </summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Critical, "the core loop failed; this is a fault in Kith")]
    public static partial void LoopFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Information, "{Device} is {State}")]
    public static partial void MemberOnline(this ILogger logger, string device, string state);

    [LoggerMessage(3, LogLevel.Debug, "path to {Device} is now {Endpoint}")]
    public static partial void PathChanged(this ILogger logger, string device, string endpoint);

    [LoggerMessage(4, LogLevel.Information, "joined network {Network}")]
    public static partial void Joined(this ILogger logger, string network);

    [LoggerMessage(5, LogLevel.Information, "let {Device} into network {Network}")]
    public static partial void Admitted(this ILogger logger, string device, string network);

    [LoggerMessage(6, LogLevel.Warning, "this device is no longer a member of network {Network}")]
    public static partial void Removed(this ILogger logger, string network);

    [LoggerMessage(7, LogLevel.Error, "state could not be stored: {Reason}")]
    public static partial void StoreFailed(this ILogger logger, string reason);

    [LoggerMessage(8, LogLevel.Warning, "multicast on the local network cannot be used, so devices are not found by it: {Reason}")]
    public static partial void MulticastUnavailable(this ILogger logger, string reason);

    [LoggerMessage(9, LogLevel.Warning, "addresses or names of this machine could not be brought up to date: {Reason}")]
    public static partial void AddressingFailed(this ILogger logger, string reason);

    [LoggerMessage(41, LogLevel.Error, "the file {File} was damaged ({Damage}) and was set aside as {SetAside}; {Loss}")]
    public static partial void StateDamaged(this ILogger logger, string file, string damage, string setAside, string loss);

    [LoggerMessage(42, LogLevel.Warning, "statements of network {Network} are missing here and are being fetched from its members")]
    public static partial void Repairing(this ILogger logger, string network);

    [LoggerMessage(43, LogLevel.Warning, "the statements of network {Network} are whole again")]
    public static partial void Repaired(this ILogger logger, string network);

    [LoggerMessage(10, LogLevel.Debug, "listening on UDP port {Port}, TUN device {Tun}, offloads {Offloads}")]
    public static partial void Listening(this ILogger logger, int port, string tun, string offloads);

    [LoggerMessage(11, LogLevel.Warning, "{Device} {What}")]
    public static partial void NuisanceSeen(this ILogger logger, string device, string what);

    [LoggerMessage(19, LogLevel.Warning, "an address given by --peer is left out this time: {Reason}")]
    public static partial void PeerUnresolved(this ILogger logger, string reason);

    [LoggerMessage(40, LogLevel.Debug, "no TCP connection to {Node}: {Reason}")]
    public static partial void TcpFailed(this ILogger logger, string node, string reason);
}
