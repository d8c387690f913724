using System.Text;
using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;
using Kith.Tests.Core;

namespace Kith.Tests.Discovery.Dns;

/// <summary>What TXT records carry, and the vectors of docs/protocol/46-trackers-and-names.md; hashes were computed by an independent implementation.</summary>
public sealed class SealedTextTests
{
    private static readonly NetworkSecret s_secret = new(1, new Bytes32([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
    private static readonly NetworkId s_network = new([.. Enumerable.Repeat((byte)0xBB, 32)]);
    private static readonly NodeId s_invite = new([.. Enumerable.Repeat((byte)0xAA, 32)]);

    [Fact]
    public void vectors_of_the_protocol()
    {
        Assert.Equal("66bb356435d72a87a26f7cc1b6bf691d5d69586e", Convert.ToHexStringLower(TrackerPlace.InfoHash(s_secret, 20_000)));
        using RendezvousKey members = RendezvousKey.ForDns(s_secret);
        Assert.Equal("e0a7a5e11fa30549d5104861aa9dc1f843c0de0fe0abc36c5a2ee16613665c21", Convert.ToHexStringLower(members.SealKey));
        using RendezvousKey joiners = RendezvousKey.ForDnsInvite(s_network, s_invite);
        Assert.Equal("2bb9e0b822f2deece20d89a00117c4537ff1dabb18331e5b08682ea5f9fbf9fb", Convert.ToHexStringLower(joiners.SealKey));
        Assert.Equal(
            "kith1=QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXl7h+e0i4YfmbFGETwzhQwqgZ4ZX5+WnrwiHpMHaQ96+VCvey6GJAHD2fFlEBIMZUFfRvgpbBo+SdJs5QQY7OUgzzn86134n2haKqY7XEqfw=",
            SealedText.Seal(members, "abc"u8, new CountingSource(0x40)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(62)]
    [InlineData(63)]
    [InlineData(SealedText.ContentBytesMax)]
    public void contents_come_back_as_they_were(int length)
    {
        using RendezvousKey key = RendezvousKey.ForDns(s_secret);
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        string text = SealedText.Seal(key, content, new TestRandom(1));
        Assert.InRange(text.Length, 1, SealedText.LengthMax);
        Assert.Equal(content, SealedText.TryOpen(key, Encoding.ASCII.GetBytes(text)));
        Assert.Equal(text, string.Concat(SealedText.Split(text)));
        Assert.All(SealedText.Split(text), piece => Assert.InRange(piece.Length, 1, 255));
    }

    [Fact]
    public void what_is_too_long_is_not_sealed()
    {
        using RendezvousKey key = RendezvousKey.ForDns(s_secret);
        Assert.Equal(Whereabouts.BytesMax, SealedText.ContentBytesMax);
        Assert.Throws<ArgumentOutOfRangeException>(() => SealedText.Seal(key, new byte[SealedText.ContentBytesMax + 1], new TestRandom(1)));
    }

    [Fact]
    public void what_was_not_sealed_for_the_place_does_not_open()
    {
        using RendezvousKey key = RendezvousKey.ForDns(s_secret);
        using RendezvousKey other = RendezvousKey.ForDnsInvite(s_network, s_invite);
        byte[] text = Encoding.ASCII.GetBytes(SealedText.Seal(key, "content"u8, new TestRandom(1)));
        Assert.Null(SealedText.TryOpen(other, text));
        for (int cut = 0; cut < text.Length; cut++)
        {
            Assert.Null(SealedText.TryOpen(key, text.AsSpan(0, cut)));
        }

        for (int bit = 0; bit < text.Length * 8; bit++)
        {
            byte[] flipped = [.. text];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(SealedText.TryOpen(key, flipped));
        }

        Assert.Null(SealedText.TryOpen(key, [.. text, .. "AAAA"u8]));
        Assert.Null(SealedText.TryOpen(key, [.. "kith1="u8, .. Enumerable.Repeat((byte)'A', 4000)]));
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
