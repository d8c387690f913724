using System.Net.Sockets;
using System.Text;

namespace Kith.Cli.Daemon;

/// <summary>Tells systemd that the node is ready or stopping (sd_notify(3), `Type=notify`). Does nothing under anything else.</summary>
internal static class SystemdNotify
{
    /// <summary>The node is ready.</summary>
    public static void Ready() => Send("READY=1");

    /// <summary>The node is stopping.</summary>
    public static void Stopping() => Send("STOPPING=1");

    private static void Send(string state)
    {
        string? path = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        try
        {
            // A leading @ stands for the abstract namespace, which the system writes as a zero byte.
            string name = path[0] == '@' ? "\0" + path[1..] : path;
            using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.ASCII.GetBytes(state), new UnixDomainSocketEndPoint(name));
        }
        catch (SocketException)
        {
            // systemd will notice by itself; the node must not fail for it.
        }
    }
}
