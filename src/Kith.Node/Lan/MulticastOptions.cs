using System.Net.Sockets;

namespace Kith.Node.Lan;

/// <summary>What it takes to share port 5353 with other programs; each system in its own file.</summary>
internal static partial class MulticastOptions
{
    /// <summary>Lets others be bound to the same port, now and later. To be called before binding.</summary>
    public static void Share(Socket socket)
    {
        socket.ExclusiveAddressUse = false;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        if (OperatingSystem.IsLinux())
        {
            ShareOnLinux(socket);
        }
    }
}
