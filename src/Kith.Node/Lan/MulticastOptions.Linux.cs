using System.Net.Sockets;

namespace Kith.Node.Lan;

/// <summary>Linux: sharing needs both options, and by default a socket hears every group that any program of the machine has joined.</summary>
internal static partial class MulticastOptions
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;
    private const int SolIp = 0;
    private const int IpMulticastAll = 49;
    private const int SolIpv6 = 41;
    private const int Ipv6MulticastAll = 29;

    private static void ShareOnLinux(Socket socket)
    {
        // avahi sets SO_REUSEPORT, and then all must.
        socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
        try
        {
            bool isV4 = socket.AddressFamily == AddressFamily.InterNetwork;
            socket.SetRawSocketOption(isV4 ? SolIp : SolIpv6, isV4 ? IpMulticastAll : Ipv6MulticastAll, BitConverter.GetBytes(0));
        }
        catch (SocketException)
        {
            // Older kernels do not know it for IPv6. It saves work, no more.
        }
    }
}
