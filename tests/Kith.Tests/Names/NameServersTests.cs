using Kith.Node.Resolving;

namespace Kith.Tests.Names;

public sealed class NameServersTests
{
    [Fact]
    public void name_servers_are_read_as_the_system_reads_them() => Assert.Equal(
        ["192.0.2.1:53", "[2001:db8::1]:53", "127.0.0.53:53"],
        NameServers.Parse(["# made by hand", "nameserver 192.0.2.1", "search example.org", "  nameserver\t2001:db8::1 # second", "nameserver none", "nameserver 127.0.0.53", "nameserver 192.0.2.9"])
            .Select(server => server.ToString()));
}
