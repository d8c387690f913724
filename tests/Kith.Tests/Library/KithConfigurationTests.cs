using System.Reflection;
using Kith.Node;
using Kith.Node.Control;
using Kith.Protocol.Paths.PortMapping;
using Microsoft.Extensions.Configuration;

namespace Kith.Tests.Library;

public class KithConfigurationTests
{
    private static readonly Dictionary<string, string?> Everything = new()
    {
        ["StateDirectory"] = "/tmp/state",
        ["Join"] = "kith1abc",
        ["DeviceName"] = "nas",
        ["NetworkName"] = "club",
        ["Port"] = "5000",
        ["UseTun"] = "true",
        ["TunName"] = "kith7",
        ["Peers:0"] = "192.0.2.1:1",
        ["Peers:1"] = "192.0.2.2:2",
        ["UseDht"] = "false",
        ["DhtBootstrap"] = "none",
        ["UseLan"] = "false",
        ["Trackers"] = "udp://192.0.2.3:3 udp://192.0.2.4:4",
        ["DnsNames"] = "nas.example.org",
        ["StunServers"] = string.Empty,
        ["PortMapping"] = "Pcp, NatPmp",
        ["RelayForOthers"] = "false",
        ["RelayBytesPerSecondMax"] = "5000000000",
        ["TcpPort"] = "443",
    };

    [Fact]
    public void every_option_can_be_configured()
    {
        KithNodeOptions options = Apply(Everything);
        Assert.Equal(
            new KithNodeOptions
            {
                StateDirectory = "/tmp/state",
                Join = "kith1abc",
                DeviceName = "nas",
                NetworkName = "club",
                Port = 5000,
                UseTun = true,
                TunName = "kith7",
                Peers = options.Peers,
                UseDht = false,
                DhtBootstrap = "none",
                UseLan = false,
                Trackers = options.Trackers,
                DnsNames = options.DnsNames,
                StunServers = options.StunServers,
                PortMapping = MappingProtocol.Pcp | MappingProtocol.NatPmp,
                RelayForOthers = false,
                RelayBytesPerSecondMax = 5_000_000_000,
                TcpPort = 443,
            },
            options);
        Assert.Equal(["192.0.2.1:1", "192.0.2.2:2"], options.Peers);
        Assert.Equal(["udp://192.0.2.3:3", "udp://192.0.2.4:4"], options.Trackers);
        Assert.Empty(options.StunServers!);

        // None was forgotten here, nor in what reads them.
        IEnumerable<string> properties = typeof(KithNodeOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name);
        Assert.Equal(properties.Order(), Everything.Keys.Select(key => key.Split(':')[0]).Distinct().Order());
    }

    [Fact]
    public void every_option_reaches_the_node()
    {
        KithNodeOptions options = Apply(Everything);
        NodeStartOptions start = options.ToStartOptions();
        foreach (PropertyInfo property in typeof(KithNodeOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            object? given = property.GetValue(options);
            object? got = typeof(NodeStartOptions).GetProperty(property.Name)!.GetValue(start);
            Assert.Equal(given is int number ? (ushort)number : given, got);
        }

        Assert.Equal((ushort?)0, new KithNodeOptions().ToStartOptions().Port);
        Assert.False(new KithNodeOptions().ToStartOptions().UseTun);
    }

    [Theory]
    [InlineData("Prot", "1")]
    [InlineData("Port", "many")]
    [InlineData("UseDht", "maybe")]
    [InlineData("PortMapping", "64")]
    [InlineData("StateDirectory", "")]
    public void what_cannot_be_understood_is_named(string key, string value)
    {
        ControlException refused = Assert.Throws<ControlException>(() => Apply(new Dictionary<string, string?> { [key] = value }));
        Assert.Equal(ControlError.Usage, refused.Error);
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    public void a_port_is_one(int port) =>
        Assert.Equal(ControlError.Usage, Assert.Throws<ControlException>(() => new KithNodeOptions { Port = port }.ToStartOptions()).Error);

    [Fact]
    public void no_text_of_the_options_shows_the_invite() => Assert.DoesNotContain("kith1abc", Apply(Everything).ToString(), StringComparison.Ordinal);

    private static KithNodeOptions Apply(Dictionary<string, string?> values) =>
        new KithNodeOptions().Apply(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
}
