using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;
using Kith.Tests.Tunnel;

namespace Kith.Tests.Discovery.Dht;

public sealed class NodeIdRuleTests
{
    // BEP 42, "Test vectors".
    [Theory]
    [InlineData("124.31.75.21", "5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401")]
    [InlineData("21.75.31.124", "5a3ce9c14e7a08645677bbd1cfe7d8f956d53256")]
    [InlineData("65.23.51.170", "a5d43220bc8f112a3d426c84764f8c2a1150e616")]
    [InlineData("84.124.73.14", "1b0321dd1bb1fe518101ceef99462b947a01ff41")]
    [InlineData("43.213.53.83", "e56f6cbf5b7c4be0237986d5243b87aa6d51305a")]
    public void published_ids_fit_their_addresses_and_no_others(string address, string id)
    {
        DhtId parsed = new(Convert.FromHexString(id));
        Assert.True(NodeIdRule.Fits(parsed, Addresses.Of(address)));
        Assert.False(NodeIdRule.Fits(parsed, Addresses.Of("124.31.75.20")) && address != "124.31.75.20");
        byte[] changed = Convert.FromHexString(id);
        changed[1] ^= 1;
        Assert.False(NodeIdRule.Fits(new DhtId(changed), Addresses.Of(address)));
    }

    [Theory]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8:1234::7")]
    public void ids_we_make_fit(string address)
    {
        SeededRandom random = new(1);
        for (int i = 0; i < 100; i++)
        {
            Assert.True(NodeIdRule.Fits(NodeIdRule.Make(Addresses.Of(address), random), Addresses.Of(address)));
        }
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.0.9")]
    [InlineData("127.0.0.1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    public void local_addresses_are_exempt(string address) => Assert.True(NodeIdRule.Fits(default, Addresses.Of(address)));
}
