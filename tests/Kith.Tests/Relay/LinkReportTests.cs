using Kith.Protocol.Identity;
using Kith.Protocol.Relay;

namespace Kith.Tests.Relay;

/// <summary>What a member states of its links.</summary>
public sealed class LinkReportTests
{
    private static readonly StatedLink[] Two = [new(0x99AABBCCDDEEFF00, ushort.MaxValue, 5), new(0x1122334455667788, 125, 0)];

    [Fact]
    public void vector_of_the_protocol_document()
    {
        Assert.Equal(
            "0142424242424242424242424242424242424242424242424242424242424242428a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"
            + "0000000000000007021122334455667788007d0099aabbccddeeff00ffff05"
            + "33988fe8ffce4616d1aaecebdb4bc435b4d580557338315e27aee0f641e84f5adba4175685bc0442a6dc868b95d783e0aea41f997bb64832e6d1a3795fc8760e",
            Convert.ToHexStringLower(Signed(Two).Encoded));
    }

    [Fact]
    public void report_comes_back_as_it_went_and_in_order()
    {
        LinkReport signed = Signed(Two);
        Assert.True(LinkReport.TryDecode(signed.Encoded, out LinkReport? read));
        Assert.True(read.Verify());
        Assert.Equal((signed.Network, signed.Node, 7UL), (read.Network, read.Node, read.Sequence));
        Assert.Equal([Two[1], Two[0]], read.Links.ToArray());
        Assert.True(read.TryGetLink(Two[0].Neighbour, out StatedLink link));
        Assert.Equal(Two[0], link);
        Assert.False(read.TryGetLink(1, out _));
    }

    [Fact]
    public void report_of_the_most_links_fits_and_one_more_is_refused()
    {
        StatedLink[] most = [.. Enumerable.Range(1, LinkLimits.LinksMax).Select(number => new StatedLink((ulong)number, 1, 1))];
        LinkReport signed = Signed(most);
        Assert.Equal(LinkReport.BytesMax, signed.Encoded.Length);
        Assert.True(LinkReport.TryDecode(signed.Encoded, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Signed([.. most, new StatedLink(999, 1, 1)]));
    }

    [Fact]
    public void report_with_any_bit_changed_is_refused_or_does_not_verify()
    {
        byte[] encoded = Signed(Two).Encoded.ToArray();
        for (int bit = 0; bit < encoded.Length * 8; bit++)
        {
            byte[] changed = [.. encoded];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(LinkReport.TryDecode(changed, out LinkReport? read) && read.Verify(), $"bit {bit}");
        }
    }

    [Fact]
    public void report_cut_short_or_with_something_behind_it_is_refused()
    {
        byte[] encoded = Signed(Two).Encoded.ToArray();
        for (int length = 0; length < encoded.Length; length++)
        {
            Assert.False(LinkReport.TryDecode(encoded.AsSpan(0, length), out _));
        }

        Assert.False(LinkReport.TryDecode([.. encoded, 0], out _));
    }

    [Fact]
    public void links_out_of_order_or_named_twice_are_refused()
    {
        const int links = 1 + 32 + 32 + 8 + 1;
        byte[] swapped = Signed(Two).Encoded.ToArray();
        byte[] first = swapped[links..(links + StatedLink.Bytes)];
        swapped.AsSpan(links + StatedLink.Bytes, StatedLink.Bytes).CopyTo(swapped.AsSpan(links));
        Assert.False(LinkReport.TryDecode(swapped, out _));
        first.CopyTo(swapped, links + StatedLink.Bytes);
        Assert.False(LinkReport.TryDecode(swapped, out _));
    }

    [Theory]
    [InlineData(0, 0.0, 0, 0)]
    [InlineData(12_500, 0.02, 125, 5)]
    [InlineData(60_000_000, 1.0, 65_534, 255)]
    public void measurement_is_stated_in_its_units(int microseconds, double loss, int rttUnits, int lossUnits)
    {
        StatedLink link = StatedLink.Of(1, TimeSpan.FromMicroseconds(microseconds), loss);
        Assert.Equal((rttUnits, lossUnits), (link.RttUnits, link.LossUnits));
        Assert.Equal(ushort.MaxValue, StatedLink.Of(1, null, loss).RttUnits);
    }

    private static LinkReport Signed(StatedLink[] links)
    {
        using NodeKey key = NodeKey.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
        return LinkReport.Sign(key, new NetworkId([.. Enumerable.Repeat((byte)0x42, 32)]), 7, links);
    }
}
