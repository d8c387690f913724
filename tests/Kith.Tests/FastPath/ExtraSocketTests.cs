using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using FastPathOfPackets = Kith.Tunnel.FastPath;

namespace Kith.Tests.FastPath;

/// <summary>Sockets beside the data sockets, over loopback.</summary>
public sealed class ExtraSocketTests
{
    private static readonly InternetAddress Loopback = InternetAddress.FromV4(0x7F000001);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void each_number_has_a_port_of_its_own_and_names_what_comes_back(bool portable)
    {
        RecordingInbox inbox = new();
        using FastPathOfPackets path = Open(inbox, portable);
        using Socket peer = Bind();
        ushort port = PortOf(peer);
        HashSet<int> ports = [path.Port];
        foreach (uint number in (uint[])[1, 2, 70_000])
        {
            InternetEndpoint endpoint = new(Loopback, port, number);
            Assert.True(path.Send(endpoint, [1, (byte)number]));
            IPEndPoint from = Receive(peer, [1, (byte)number]);
            Assert.True(ports.Add(from.Port));
            peer.SendTo([2, (byte)number], from);
            (InternetEndpoint source, byte[] datagram) = RecordingInbox.Take(inbox.Datagrams);
            Assert.Equal(endpoint, source);
            Assert.Equal([2, (byte)number], datagram);

            // The same socket again, not another.
            Assert.True(path.Send(endpoint, [3]));
            Assert.Equal(from, Receive(peer, [3]));
        }

        Assert.Equal(3, path.Report.ExtraSockets);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void a_closed_number_frees_its_port_and_may_be_opened_anew(bool portable)
    {
        RecordingInbox inbox = new();
        using FastPathOfPackets path = Open(inbox, portable);
        using Socket peer = Bind();
        InternetEndpoint endpoint = new(Loopback, PortOf(peer), 9);
        Assert.True(path.Send(endpoint, [1]));
        IPEndPoint first = Receive(peer, [1]);
        path.CloseSocket(9);
        path.CloseSocket(9);
        Assert.Equal(0, path.Report.ExtraSockets);
        using (Socket taken = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            taken.Bind(new IPEndPoint(IPAddress.Any, first.Port));
            Assert.True(path.Send(endpoint, [2]));
            Assert.NotEqual(first.Port, Receive(peer, [2]).Port);
        }
    }

    [Fact]
    public void there_are_never_more_than_the_maximum()
    {
        using FastPathOfPackets path = Open(new RecordingInbox(), portable: false);
        using Socket peer = Bind();
        for (uint number = 1; number <= FastPathOfPackets.ExtraSocketsMax; number++)
        {
            Assert.True(path.Send(new InternetEndpoint(Loopback, PortOf(peer), number), [1]));
        }

        InternetEndpoint tooMany = new(Loopback, PortOf(peer), FastPathOfPackets.ExtraSocketsMax + 1);
        Assert.False(path.Send(tooMany, [1]));
        Assert.Equal(FastPathOfPackets.ExtraSocketsMax, path.Report.ExtraSockets);
        path.CloseSocket(7);
        Assert.True(path.Send(tooMany, [1]));
    }

    [Fact]
    public void a_number_may_have_a_socket_of_each_family()
    {
        RecordingInbox inbox = new();
        using FastPathOfPackets path = Open(inbox, portable: false);
        Assert.SkipUnless(path.Report.HasIPv6 && InternetAddress.TryParse("::1", out InternetAddress _), "this machine has no IPv6");
        _ = InternetAddress.TryParse("::1", out InternetAddress loopback6);
        using FastPathOfPackets other = Open(new RecordingInbox(), portable: false);
        Assert.True(path.Send(new InternetEndpoint(Loopback, other.Port, 5), [1]));
        Assert.True(path.Send(new InternetEndpoint(loopback6, other.Port, 5), [1]));
        Assert.Equal(1, path.Report.ExtraSockets);
        path.CloseSocket(5);
        Assert.Equal(0, path.Report.ExtraSockets);
    }

    [Fact]
    public void a_disposed_path_opens_none()
    {
        FastPathOfPackets path = Open(new RecordingInbox(), portable: false);
        Assert.True(path.Send(new InternetEndpoint(Loopback, 9, 1), [1]));
        path.Dispose();
        Assert.False(path.Send(new InternetEndpoint(Loopback, 9, 1), [1]));
        path.CloseSocket(1);
    }

    private static FastPathOfPackets Open(RecordingInbox inbox, bool portable)
    {
        FastPathOfPackets path = new(new FastPathOptions { UsePortableSockets = portable }, null, new LocalPorts(), inbox);
        path.Publish(new TunnelSnapshot(FrozenDictionary<InternetAddress, TunnelRoute>.Empty, FrozenDictionary<uint, TunnelReceiver>.Empty));
        path.Start();
        return path;
    }

    private static Socket Bind()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static ushort PortOf(Socket socket) => (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;

    private static IPEndPoint Receive(Socket socket, byte[] expected)
    {
        byte[] buffer = new byte[100];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        int length = socket.ReceiveFrom(buffer, ref from);
        Assert.Equal(expected, buffer[..length]);
        return (IPEndPoint)from;
    }
}
