using System.Text;
using Kith.Protocol.Crypto;

namespace Kith.Tests.Crypto;

public sealed class HkdfBlake2sTests
{
    [Theory]
    [InlineData("746573742d6b6579", "746573742d696e707574", "6f0e5ad38daba1bea8a0d213688736f19763239305e0f58aba697f9ffc41c633", "df1194df20802a4fe594cde27e92991c8cae66c366e8106aaa937a55fa371e8a", "fac6e2745a325f5dc5d11a5b165aad08b0ada28e7b4e666b7c077934a4d76c24")]
    [InlineData("776972656775617264", "776972656775617264", "491d43bbfdaa8750aaf535e334ecbfe5129967cd64635101c566d4caefda96e8", "1e71a379baefd8a79aa4662212fcafe19a23e2b609a3db7d6bcba8f560e3d25f", "31e1ae48bddfbe5de38f295e5452b1909a1b4e38e183926af3780b0c1e1f0160")]
    [InlineData("", "", "8387b46bf43eccfcf349552a095d8315c4055beb90208fb1be23b894bc2ed5d0", "58a0e5f6faefccf4807bff1f05fa8a9217945762040bcec2f4b4a62bdfe0e86e", "0ce6ea98ec548f8e281e93e32db65621c45eb18dc6f0a7ad94178610a2f7338e")]
    public void the_known_answers_of_wireguard_go_come_out(string key, string input, string first, string second, string third)
    {
        byte[] one = new byte[32];
        byte[] two = new byte[32];
        byte[] three = new byte[32];
        HkdfBlake2s.Expand3(Hex.Bytes(key), Hex.Bytes(input), one, two, three);
        Assert.Equal((first, second, third), (Hex.Text(one), Hex.Text(two), Hex.Text(three)));

        HkdfBlake2s.Expand2(Hex.Bytes(key), Hex.Bytes(input), one, two);
        Assert.Equal((first, second), (Hex.Text(one), Hex.Text(two)));

        HkdfBlake2s.Expand1(Hex.Bytes(key), Hex.Bytes(input), one);
        Assert.Equal(first, Hex.Text(one));
    }

    [Fact]
    public void outputs_may_overwrite_the_chaining_key_and_the_input()
    {
        byte[] key = new byte[32];
        byte[] input = Encoding.ASCII.GetBytes("thirty-two bytes of some input..");
        byte[] one = new byte[32];
        byte[] two = new byte[32];
        HkdfBlake2s.Expand2(key, input, one, two);
        HkdfBlake2s.Expand2(key, input, key, input);
        Assert.Equal(one, key);
        Assert.Equal(two, input);
    }

    [Fact]
    public void short_outputs_are_refused()
    {
        byte[] one = new byte[32];
        Assert.Throws<ArgumentException>(() => HkdfBlake2s.Expand2(one, one, one, new byte[31]));
        Assert.Throws<ArgumentException>(() => HkdfBlake2s.Expand3(one, one, one, one, default));
    }
}
