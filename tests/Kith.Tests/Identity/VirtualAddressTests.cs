using System.Security.Cryptography;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Kith.Tests.Crypto;

namespace Kith.Tests.Identity;

public sealed class VirtualAddressTests
{
    private static readonly NodeId s_node = new(Hex.Bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    private static readonly NetworkId s_network = new(Enumerable.Range(0x10, 32).Select(i => (byte)i).ToArray());

    [Fact]
    public void ipv6_is_fd_then_40_bits_of_the_network_then_80_bits_of_the_nodes_hash()
    {
        byte[] hash = SHA256.HashData(s_node.ToArray());
        byte[] expected = [0xFD, 0x10, 0x11, 0x12, 0x13, 0x14, .. hash[..10]];
        Assert.Equal(InternetAddress.FromBytes(expected), VirtualAddress.ForV6(s_network, s_node));
        Assert.True(VirtualAddress.ForV6(s_network, s_node).IsIn(VirtualAddress.PrefixV6(s_network), VirtualAddress.V6PrefixBits));
    }

    [Fact]
    public void ipv4_stays_inside_the_prefix_and_off_its_first_and_last_address()
    {
        TestRandom random = new(5);
        HashSet<uint> hosts = [];
        for (int i = 0; i < 40_000; i++)
        {
            byte[] id = new byte[32];
            random.Fill(id);
            uint prefix = VirtualAddress.RandomV4Prefix(random);
            InternetAddress address = VirtualAddress.ForV4(prefix, new NodeId(id), i % VirtualAddress.AttemptsMax);
            Assert.True(address.IsIn(InternetAddress.FromV4(prefix), VirtualAddress.V4PrefixBits));
            Assert.True(address.IsIn(InternetAddress.FromV4(0x64400000), 10));
            uint host = address.V4Value & 0xFFF;
            Assert.InRange(host, 1u, 4094u);
            hosts.Add(host);
        }

        Assert.True(hosts.Count > 4000, $"only {hosts.Count} different hosts");
    }

    [Fact]
    public void another_attempt_is_another_address_and_the_same_attempt_the_same()
    {
        uint prefix = 0x6440_1000;
        HashSet<InternetAddress> addresses = [];
        for (int attempt = 0; attempt < VirtualAddress.AttemptsMax; attempt++)
        {
            InternetAddress address = VirtualAddress.ForV4(prefix, s_node, attempt);
            Assert.Equal(address, VirtualAddress.ForV4(prefix, s_node, attempt));
            addresses.Add(address);
        }

        Assert.InRange(addresses.Count, 230, VirtualAddress.AttemptsMax);
    }

    [Theory]
    [InlineData(0x0A00_0000u)]
    [InlineData(0x6480_0000u)]
    [InlineData(0x6440_0001u)]
    [InlineData(0x6440_0800u)]
    public void what_is_no_slash_20_inside_the_shared_space_is_refused(uint prefix)
    {
        Assert.False(VirtualAddress.IsV4Prefix(prefix));
        Assert.Throws<ArgumentOutOfRangeException>(() => VirtualAddress.ForV4(prefix, s_node, 0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(VirtualAddress.AttemptsMax)]
    public void attempts_out_of_range_are_refused(int attempt) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => VirtualAddress.ForV4(0x6440_0000, s_node, attempt));
}
