using Kith.Protocol.Wire;

namespace Kith.Tests.Wire;

public sealed class InternetAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("2001:0DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("fe80::1", "fe80::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    public void usual_text_forms_are_read_and_written_canonically(string text, string canonical)
    {
        Assert.True(InternetAddress.TryParse(text, out InternetAddress address));
        Assert.Equal(canonical, address.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1.2")]
    [InlineData("16909060")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("010.0.0.1")]
    [InlineData("1.2.3.4.5")]
    [InlineData("256.0.0.1")]
    [InlineData(" 1.2.3.4")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("fe80::1%eth0")]
    [InlineData("example.org")]
    [InlineData(":::")]
    public void everything_else_is_refused(string? text) => Assert.False(InternetAddress.TryParse(text, out _));

    [Fact]
    public void bytes_go_in_and_come_out()
    {
        Random random = new(3);
        byte[] four = new byte[4];
        byte[] sixteen = new byte[16];
        byte[] output = new byte[16];
        for (int i = 0; i < 1000; i++)
        {
            random.NextBytes(four);
            InternetAddress v4 = InternetAddress.FromBytes(four);
            Assert.True(v4.IsV4);
            Assert.Equal(4, v4.WriteTo(output));
            Assert.Equal(four, output[..4]);
            v4.WriteMappedTo(output);
            Assert.Equal(v4, InternetAddress.FromBytes(output));
            Assert.Equal(v4, InternetAddress.FromV4(v4.V4Value));

            random.NextBytes(sixteen);
            InternetAddress v6 = InternetAddress.FromBytes(sixteen);
            Assert.False(v6.IsV4);
            Assert.Equal(16, v6.WriteTo(output));
            Assert.Equal(sixteen, output);
            Assert.True(InternetAddress.TryParse(v6.ToString(), out InternetAddress parsed));
            Assert.Equal(v6, parsed);
            Assert.Equal(v6.GetHashCode(), parsed.GetHashCode());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(17)]
    public void other_lengths_are_a_defect(int length) => Assert.Throws<ArgumentException>(() => InternetAddress.FromBytes(new byte[length]));

    [Theory]
    [InlineData("127.0.0.1", true, false, false)]
    [InlineData("127.255.0.9", true, false, false)]
    [InlineData("::1", true, false, false)]
    [InlineData("224.0.0.251", false, true, false)]
    [InlineData("239.1.1.1", false, true, false)]
    [InlineData("240.0.0.1", false, false, false)]
    [InlineData("ff02::fb", false, true, false)]
    [InlineData("fe80::1", false, false, true)]
    [InlineData("febf::1", false, false, true)]
    [InlineData("fec0::1", false, false, false)]
    [InlineData("10.0.0.1", false, false, false)]
    [InlineData("2001:db8::1", false, false, false)]
    public void kinds_are_told_apart(string text, bool loopback, bool multicast, bool linkLocal)
    {
        InternetAddress address = Parse(text);
        Assert.Equal((loopback, multicast, linkLocal), (address.IsLoopback, address.IsMulticast, address.IsLinkLocalV6));
        Assert.False(address.IsNone);
    }

    [Theory]
    [InlineData("100.64.16.1", "100.64.16.0", 20, true)]
    [InlineData("100.64.31.255", "100.64.16.0", 20, true)]
    [InlineData("100.64.32.0", "100.64.16.0", 20, false)]
    [InlineData("10.0.0.1", "0.0.0.0", 0, true)]
    [InlineData("10.0.0.1", "10.0.0.1", 32, true)]
    [InlineData("10.0.0.1", "10.0.0.2", 32, false)]
    [InlineData("fd12:3456:789a::5", "fd12:3456:789a::", 48, true)]
    [InlineData("fd12:3456:789b::5", "fd12:3456:789a::", 48, false)]
    [InlineData("2001:db8::1", "::", 0, true)]
    [InlineData("10.0.0.1", "::", 0, false)]
    [InlineData("::1", "0.0.0.0", 0, false)]
    [InlineData("::1", "::1", 128, true)]
    public void prefixes_hold_their_own_family_only(string address, string prefix, int bits, bool expected) =>
        Assert.Equal(expected, Parse(address).IsIn(Parse(prefix), bits));

    [Fact]
    public void order_is_that_of_the_bytes()
    {
        InternetAddress[] addresses = [Parse("::1"), Parse("10.0.0.1"), Parse("10.0.0.2"), Parse("2001:db8::1"), Parse("ff02::1")];
        Assert.Equal(addresses, addresses.Reverse().Order());
    }

    private static InternetAddress Parse(string text)
    {
        Assert.True(InternetAddress.TryParse(text, out InternetAddress address), text);
        return address;
    }
}
