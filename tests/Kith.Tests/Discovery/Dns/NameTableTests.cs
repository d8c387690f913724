using Kith.Protocol.Discovery.Dns;

namespace Kith.Tests.Discovery.Dns;

public sealed class NameTableTests
{
    [Fact]
    public void short_names_are_those_that_mean_one_device_only()
    {
        Assert.Equal(["laptop.home.kith", "pi.home.kith", "pi.club.kith", "nas.club.kith"], NameSamples.Table.Entries.Select(static entry => entry.FullName));
        Assert.Equal(["laptop", null, null, "nas"], NameSamples.Table.Entries.Select(static entry => entry.ShortName));
        Assert.Equal(["home.kith", "club.kith"], NameSamples.Table.SearchDomains);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\n127.0.0.1 bank")]
    [InlineData("a.b")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("")]
    [InlineData("a\n")]
    [InlineData("ä")]
    [InlineData("#")]
    public void what_is_no_host_name_gets_none(string name)
    {
        NameTable table = new("kith", [NameSamples.Home with { Devices = [NameSamples.Device(name, "fd11::1")] }, NameSamples.Home with { Name = name }]);
        Assert.Empty(table.Entries);
        Assert.Single(table.Networks);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("wpad")]
    [InlineData("ip6-loopback")]
    public void names_with_a_meaning_everywhere_are_full_names_only(string name)
    {
        NameEntry entry = Assert.Single(new NameTable("kith", [NameSamples.Home with { Devices = [NameSamples.Device(name, "fd11::1")] }]).Entries);
        Assert.Null(entry.ShortName);
    }

    [Fact]
    public void second_claim_to_a_full_name_is_void()
    {
        NameTable table = new("kith", [NameSamples.Home, NameSamples.Club with { Name = "HOME" }]);
        Assert.Equal(NameSamples.Address("fd11:2233:4455::b"), table.Entries.Single(static entry => entry.FullName == "pi.home.kith").Addresses[0]);
        Assert.Equal(3, table.Entries.Count);
    }

    [Fact]
    public void table_holds_no_more_than_its_named_maximum()
    {
        NamedDevice[] devices = [.. Enumerable.Range(0, NameTable.EntriesMax + 10).Select(static i => NameSamples.Device($"d{i}", "fd11::1"))];
        Assert.Equal(NameTable.EntriesMax, new NameTable("kith", [NameSamples.Home with { Devices = devices }]).Entries.Count);
        NamedNetwork[] networks = [.. Enumerable.Range(0, NameTable.NetworksMax + 10).Select(static i => NameSamples.Home with { Name = $"n{i}" })];
        Assert.Equal(NameTable.NetworksMax, new NameTable("kith", networks).Networks.Count);
        NamedDevice wide = new("wide", [.. Enumerable.Range(1, 20).Select(static i => NameSamples.Address($"fd11::{i}"))]);
        Assert.Equal(NameTable.AddressesPerEntryMax, new NameTable("kith", [NameSamples.Home with { Devices = [wide] }]).Entries[0].Addresses.Count);
    }

    [Fact]
    public void tables_are_the_same_if_they_say_the_same()
    {
        Assert.True(NameSamples.Table.IsSameAs(new NameTable("kith", [NameSamples.Home, NameSamples.Club])));
        Assert.False(NameSamples.Table.IsSameAs(new NameTable("kith", [NameSamples.Home])));
        Assert.False(NameSamples.Table.IsSameAs(new NameTable("lan", [NameSamples.Home, NameSamples.Club])));
        Assert.False(NameSamples.Table.IsSameAs(new NameTable("kith", [NameSamples.Home with { OwnAddresses = [] }, NameSamples.Club])));
    }

    [Fact]
    public void reverse_zones_are_cut_where_names_can_be_cut()
    {
        Assert.Equal(["5.5.4.4.3.3.2.2.1.1.d.f.ip6.arpa"], ReverseName.ZonesOf(NameSamples.Prefix("fd11:2233:4455:ffff::1", 48)).Select(static zone => zone.ToString()));
        Assert.Equal(Enumerable.Range(16, 16).Select(static i => $"{i}.64.100.in-addr.arpa"), ReverseName.ZonesOf(NameSamples.Prefix("100.64.23.9", 20)).Select(static zone => zone.ToString()));
        Assert.Equal("1.2.0.192.in-addr.arpa", ReverseName.Of(NameSamples.Address("192.0.2.1")).ToString());
        Assert.Equal("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", ReverseName.Of(NameSamples.Address("2001:db8::1")).ToString());
    }
}
