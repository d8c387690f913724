using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery.Lan;

/// <summary>The vectors of the protocol document; keys and tags were computed by an independent implementation.</summary>
public sealed class LanVectorTests
{
    private static readonly NodeId s_node = new(Convert.FromHexString("79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664"));

    private static string Tag(byte[] key, LanRole role)
    {
        byte[] tag = new byte[LanTag.Bytes];
        LanTag.Seal(key, role, s_node, "abc"u8, new CountingSource(0x40), tag);
        return Convert.ToHexStringLower(tag);
    }

    [Fact]
    public void member_tag()
    {
        byte[] key = LanTag.DeriveNetworkKey([.. Enumerable.Range(0, 32).Select(static i => (byte)i)]);
        Assert.Equal("a68519a971cc8a6ed91dad222635056e24a97e661d1533810c3b167819e625d4", Convert.ToHexStringLower(key));
        Assert.Equal(
            "404142434445464748494a4b4c4d4e4f5051525354555657abaca52650269b1a781dcba32c8293406bbcd3aef00f2045c0ad7efa576185e2c09f9818eb0751ed9cd05c288dd2cd2bd6",
            Tag(key, LanRole.Member));
    }

    [Fact]
    public void joiner_tag()
    {
        LanInvite invite = new(new NetworkId([.. Enumerable.Repeat((byte)0xBB, 32)]), new Bytes32([.. Enumerable.Repeat((byte)0xAA, 32)]));
        byte[] key = LanTag.DeriveInviteKey(invite);
        Assert.Equal("d35aa3850abfe2cddc03c8b47796bdb9cb5361a8651ad54cfd9737608adbd738", Convert.ToHexStringLower(key));
        Assert.Equal(
            "404142434445464748494a4b4c4d4e4f50515253545556577216e15c6148e77b25d9a48f8a60818ec2e76043f3b3fbea9697dd1bb796c6d14d02833ac858a88402536129d1d9fca9d7",
            Tag(key, LanRole.Joiner));
    }

    [Fact]
    public void query()
    {
        LanDiscovery machine = new(s_node, new LanOptions(), new CountingSource(0));
        machine.SetPort(5484);
        machine.SetNetworks([new LanNetwork(new NetworkId(new byte[32]), new byte[32])]);
        machine.HandleTimeout(new Instant(1));
        byte[] buffer = new byte[LanDiscovery.DatagramBytesMax];
        Assert.True(machine.TryGetTransmit(buffer, out LanTransmit transmit));
        Assert.True(transmit.IsMulticast);

        // Header of one question and one known answer; the service's name; PTR, IN; then our own instance as known answer.
        Assert.Equal(
            "000000000001000100000000" + "055f6b697468045f756470056c6f63616c00" + "000c0001" + "c00c" + "000c0001" + "00000078" + "0023"
            + "10" + Convert.ToHexStringLower("yyyoryarywdyqnyj"u8) + "055f6b697468045f756470056c6f63616c00",
            Convert.ToHexStringLower(buffer.AsSpan(0, transmit.Length)));
    }

    [Fact]
    public void text_record()
    {
        byte[] text = LanText.Encode([[1, 2], [3]]);
        Assert.Equal("03763d31" + "04743d0102" + "0474313d03", Convert.ToHexStringLower(text));
        List<byte[]> tags = [];
        Assert.True(LanText.TryDecode(text, tags));
        Assert.Empty(tags);
        Assert.False(LanText.TryDecode("\u0003v=2"u8, tags));
        Assert.False(LanText.TryDecode("\u0009v=1"u8, tags));
        Assert.True(LanText.TryDecode(LanText.Encode([.. Enumerable.Repeat(new byte[LanTag.Bytes], LanText.TagsMax)]), tags));
        Assert.Equal(LanText.TagsMax, tags.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => LanText.Encode([.. Enumerable.Repeat(new byte[1], LanText.TagsMax + 1)]));
    }

    // Bytes that count up, so that anybody can compute the same.
    private sealed class CountingSource(byte first) : RandomSource
    {
        private byte _next = first;

        public override void Fill(Span<byte> destination)
        {
            foreach (ref byte value in destination)
            {
                value = _next++;
            }
        }
    }
}
