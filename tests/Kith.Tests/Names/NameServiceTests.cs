using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Kith.Node.Names;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Wire;
using Kith.Tests.Discovery.Dns;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kith.Tests.Names;

public sealed class NameServiceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kith-names").FullName;

    private string Hosts => Path.Combine(_directory, "hosts");

    // The loopback stands for the node's virtual address: any machine has it.
    private static NameTable Table(params string[] own) =>
        new("kith", [NameSamples.Home with { OwnAddresses = [.. own.Select(NameSamples.Address)] }]);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private NameService Start(string? link = "kith0") =>
        new(new NameServiceOptions { Link = link, HostsPath = Hosts, Port = 0, UseResolved = false }, NullLogger<NameService>.Instance);

    private static byte[] Query(string name)
    {
        byte[] buffer = new byte[512];
        return buffer[..new DnsMessage { Id = 5, Questions = [new DnsQuestion(DnsName.Parse(name), DnsType.A)] }.Encode(buffer)];
    }

    private static IPEndPoint Only(NameService service)
    {
        InternetEndpoint endpoint = Assert.Single(service.Listening);
        return new IPEndPoint(endpoint.Address.ToIPAddress(), endpoint.Port);
    }

    [Fact]
    public async Task names_are_answered_over_udp_and_tcp()
    {
        using NameService service = Start(null);
        service.Update(Table("127.0.0.1"));
        Assert.False(File.Exists(Hosts));

        using UdpClient udp = new();
        udp.Connect(Only(service));
        await udp.SendAsync(Query("pi.home.kith"), TestContext.Current.CancellationToken);
        UdpReceiveResult datagram = await udp.ReceiveAsync(TestContext.Current.CancellationToken);
        Assert.True(DnsMessage.TryDecode(datagram.Buffer, out DnsMessage? answer));
        Assert.Equal([100, 64, 31, 255], Assert.Single(answer.Answers).Data);

        using TcpClient tcp = new();
        await tcp.ConnectAsync(Only(service), TestContext.Current.CancellationToken);
        NetworkStream stream = tcp.GetStream();
        for (int i = 0; i < 3; i++)
        {
            byte[] query = Query("laptop");
            await stream.WriteAsync((byte[])[0, (byte)query.Length, .. query], TestContext.Current.CancellationToken);
            byte[] head = new byte[2];
            await stream.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
            byte[] body = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
            await stream.ReadExactlyAsync(body, TestContext.Current.CancellationToken);
            Assert.True(DnsMessage.TryDecode(body, out answer));
            Assert.Equal([100, 64, 17, 1], Assert.Single(answer.Answers).Data);
        }
    }

    [Fact]
    public async Task update_changes_answers_and_addresses_without_a_restart()
    {
        using NameService service = Start(null);
        service.Update(Table("127.0.0.1"));
        IPEndPoint first = Only(service);
        service.Update(new NameTable("kith", [NameSamples.Home with { OwnAddresses = [NameSamples.Address("127.0.0.1")], Devices = [NameSamples.Device("new", "100.64.16.9")] }]));
        Assert.Equal(first, Only(service));
        using UdpClient udp = new();
        udp.Connect(first);
        await udp.SendAsync(Query("new"), TestContext.Current.CancellationToken);
        Assert.True(DnsMessage.TryDecode((await udp.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer, out DnsMessage? answer));
        Assert.Single(answer.Answers);

        service.Update(Table("127.0.0.2"));
        Assert.Equal(IPAddress.Parse("127.0.0.2"), Only(service).Address);
        service.Update(NameTable.Empty);
        Assert.Empty(service.Listening);
    }

    [Fact]
    public void port_that_is_taken_costs_the_responder_but_not_the_names()
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ushort port = (ushort)((IPEndPoint)other.LocalEndPoint!).Port;
        File.WriteAllText(Hosts, "x\n");
        using NameService service = new(new NameServiceOptions { Link = "kith0", HostsPath = Hosts, Port = port, UseResolved = false }, NullLogger<NameService>.Instance);
        service.Update(Table("127.0.0.1"));
        Assert.Empty(service.Listening);
        Assert.Contains("laptop.home.kith", File.ReadAllText(Hosts), StringComparison.Ordinal);
    }

    [Fact]
    public void leftovers_of_a_crash_go_at_the_next_start_and_everything_at_the_end()
    {
        File.WriteAllText(Hosts, "x");
        new HostsHook(Hosts, "kith0").Apply(NameSamples.Table, []);
        using (NameService service = Start())
        {
            Assert.Equal("x", File.ReadAllText(Hosts));
            service.Update(Table("127.0.0.1"));
            Assert.NotEqual("x", File.ReadAllText(Hosts));
            Assert.Equal(Hosts, service.HookDescription);
        }

        Assert.Equal("x", File.ReadAllText(Hosts));
        new HostsHook(Hosts, "kith0").Apply(NameSamples.Table, []);
        NameService.RemoveLeftovers(new NameServiceOptions { Link = "kith0", HostsPath = Hosts });
        Assert.Equal("x", File.ReadAllText(Hosts));
    }

    [Fact]
    public void hosts_file_that_cannot_be_written_is_survived_and_tried_again()
    {
        string nowhere = Path.Combine(_directory, "missing", "hosts");
        using NameService service = new(new NameServiceOptions { Link = "kith0", HostsPath = nowhere, Port = 0, UseResolved = false }, NullLogger<NameService>.Instance);
        service.Update(Table("127.0.0.1"));
        Directory.CreateDirectory(Path.GetDirectoryName(nowhere)!);
        service.Update(Table("127.0.0.1"));
        Assert.Contains("laptop.home.kith", File.ReadAllText(nowhere), StringComparison.Ordinal);
    }
}
