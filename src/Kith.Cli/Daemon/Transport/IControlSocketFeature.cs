using System.Net.Sockets;

namespace Kith.Cli.Daemon.Transport;

/// <summary>The socket beneath a connection of the control socket, for a request that is about to turn into a stream.</summary>
internal interface IControlSocketFeature
{
    /// <summary>
    /// Takes the socket over: from the next byte on, which may come once the upgrade was answered, the server reads no more. What is written through the server still goes
    /// out. Whoever takes it may close it.
    /// </summary>
    Socket Take();
}
