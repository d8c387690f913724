using System.Net;
using System.Net.Sockets;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using FastPathOfPackets = Kith.Tunnel.FastPath;

namespace Kith.Lab.FastPath;

/// <summary>
/// What single datagrams ask of the system, on a way with a narrow link:
/// <code>
/// a ── inner ── router ── outer (packets of up to 1,400 bytes) ── b
/// </code>
/// </summary>
public sealed class DatagramScenarios
{
    private const int NarrowMtu = 1400;
    private const int Large = 1440;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task a_datagram_that_must_not_be_fragmented_is_lost_on_a_narrower_link(bool v6, bool portable)
    {
        await using LabNetwork lab = LabNetwork.Create();
        (LabHost a, LabHost b) = Narrow(lab);
        using Socket receiver = await b.InvokeAsync(() => Bind(v6));
        using FastPathOfPackets path = await a.InvokeAsync(() => Open(portable));
        InternetEndpoint target = new(TunnelEnd.Address((v6 ? b.IPv6 : b.IPv4).ToString()), (ushort)((IPEndPoint)receiver.LocalEndPoint!).Port);

        // What is lost shows in that what was sent after it comes first.
        path.Send(target, Marked(1, Large), dontFragment: true);
        Assert.True(path.Send(target, Marked(2, 1300), dontFragment: true));
        Assert.Equal((2, 1300), Receive(receiver));

        // IPv6 has no fragmenting routers; IPv4 must have gone back to permitting it.
        if (!v6)
        {
            Assert.True(path.Send(target, Marked(3, Large)));
            Assert.Equal((3, Large), Receive(receiver));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_datagram_too_large_for_our_own_interface_is_refused_or_fragmented_as_asked(bool v6)
    {
        await using LabNetwork lab = LabNetwork.Create();
        (LabHost a, LabHost b) = Narrow(lab);
        a.Interfaces[0].SetMtu(1280);
        using Socket receiver = await b.InvokeAsync(() => Bind(v6));
        using FastPathOfPackets path = await a.InvokeAsync(() => Open(portable: false));
        InternetEndpoint target = new(TunnelEnd.Address((v6 ? b.IPv6 : b.IPv4).ToString()), (ushort)((IPEndPoint)receiver.LocalEndPoint!).Port);
        Assert.False(path.Send(target, Marked(1, Large), dontFragment: true));
        Assert.True(path.Send(target, Marked(2, Large)));
        Assert.Equal((2, Large), Receive(receiver));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task a_low_time_to_live_ends_at_the_router(bool v6, bool portable)
    {
        await using LabNetwork lab = LabNetwork.Create();
        (LabHost a, LabHost b) = Narrow(lab);
        using Socket receiver = await b.InvokeAsync(() => Bind(v6));
        using FastPathOfPackets path = await a.InvokeAsync(() => Open(portable));
        InternetEndpoint target = new(TunnelEnd.Address((v6 ? b.IPv6 : b.IPv4).ToString()), (ushort)((IPEndPoint)receiver.LocalEndPoint!).Port);
        Assert.True(path.Send(target, Marked(1, 100), ttl: 1));
        Assert.True(path.Send(target, Marked(2, 100), ttl: 2, dontFragment: true));
        Assert.True(path.Send(target, Marked(3, 100)));
        Assert.Equal((2, 100), Receive(receiver));
        Assert.Equal((3, 100), Receive(receiver));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task two_nodes_find_what_a_narrow_path_carries(bool v6)
    {
        await using LabNetwork lab = LabNetwork.Create("ping");
        KithHost.Require();
        (LabHost hostA, LabHost hostB) = Narrow(lab, v6);
        KithHost a = new(hostA);
        KithHost b = new(hostB);
        await a.UpAsync("--name a");
        await b.UpAsync($"--name b --join {await a.InviteAsync()}");
        foreach ((KithHost node, string other) in new[] { (a, "b"), (b, "a") })
        {
            int? mtu = null;
            await LabWait.UntilAsync($"{node.Host.Name} knows the path's size", TimeSpan.FromSeconds(60), async () =>
            {
                KithStatus status = await node.StatusAsync();
                mtu = status.Networks[0].Find(other)?.Path.Mtu;
                return mtu > NarrowMtu - 20 ? null : $"{mtu}";
            });
            Assert.InRange(mtu!.Value, NarrowMtu - 20, NarrowMtu);
        }
    }

    private static (LabHost A, LabHost B) Narrow(LabNetwork lab, bool? v6 = null)
    {
        string? ipv4 = v6 == true ? string.Empty : null;
        string? ipv6 = v6 == false ? string.Empty : null;
        LabSwitch outer = lab.AddSwitch("outer", ipv4, ipv6);
        LabSwitch inner = lab.AddSwitch("inner", ipv4, ipv6);
        LabHost a = lab.AddHost("a", inner);
        LabHost b = lab.AddHost("b", outer);
        LabHost router = lab.AddRouter("router", outer, inner);
        outer.UseGateway(router.Interfaces[0]);
        router.Interfaces[0].SetMtu(NarrowMtu);
        b.Interfaces[0].SetMtu(NarrowMtu);
        return (a, b);
    }

    private static FastPathOfPackets Open(bool portable) => new(new FastPathOptions { UsePortableSockets = portable }, null, new LocalPorts(), new QuietCore(new PeerLink(1)));

    private static Socket Bind(bool v6)
    {
        Socket socket = new(v6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(v6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        socket.ReceiveTimeout = 20_000;
        return socket;
    }

    private static byte[] Marked(byte mark, int length)
    {
        byte[] datagram = new byte[length];
        datagram[0] = mark;
        return datagram;
    }

    private static (int Mark, int Length) Receive(Socket socket)
    {
        byte[] buffer = new byte[2048];
        int length = socket.Receive(buffer);
        return (buffer[0], length);
    }
}
