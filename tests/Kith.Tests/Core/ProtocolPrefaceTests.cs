using Kith.Protocol.Core.Applications;

namespace Kith.Tests.Core;

/// <summary>What a dialler of a named protocol says first.</summary>
public sealed class ProtocolPrefaceTests
{
    /// <summary>The vectors of docs/protocol/82-streams.md.</summary>
    [Theory]
    [InlineData("kith/send/1", "0B6B6974682F73656E642F31")]
    [InlineData("a", "0161")]
    public void vectors(string name, string hex)
    {
        byte[] bytes = new byte[ApplicationConstants.PrefaceBytesMax];
        int length = ProtocolPreface.Encode(name, bytes);
        Assert.Equal(hex, Convert.ToHexString(bytes, 0, length));
        Assert.Equal(PrefaceParse.Ok, ProtocolPreface.TryDecode(bytes, out string decoded, out int read));
        Assert.Equal((name, length), (decoded, read));
    }

    [Fact]
    public void every_beginning_of_a_preface_is_incomplete()
    {
        byte[] bytes = new byte[ApplicationConstants.PrefaceBytesMax];
        int length = ProtocolPreface.Encode(new string('z', ApplicationConstants.NameBytesMax), bytes);
        Assert.Equal(ApplicationConstants.PrefaceBytesMax, length);
        for (int count = 0; count < length; count++)
        {
            Assert.Equal(PrefaceParse.Incomplete, ProtocolPreface.TryDecode(bytes.AsSpan(0, count), out _, out _));
        }
    }

    [Fact]
    public void every_flipped_bit_gives_another_name_or_none()
    {
        byte[] bytes = new byte[ApplicationConstants.PrefaceBytesMax];
        int length = ProtocolPreface.Encode("pipe/photos", bytes);
        for (int bit = 0; bit < 8 * length; bit++)
        {
            byte[] flipped = [.. bytes.AsSpan(0, length)];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            PrefaceParse parse = ProtocolPreface.TryDecode(flipped, out string name, out _);
            Assert.True(parse != PrefaceParse.Ok || (name != "pipe/photos" && ProtocolPreface.IsName(name)));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Ä")]
    [InlineData("a b")]
    [InlineData("a\n")]
    public void text_that_is_no_name_is_refused(string? name)
    {
        Assert.False(ProtocolPreface.IsName(name));
        Assert.Throws<ArgumentException>(() => ProtocolPreface.Encode(name!, new byte[ApplicationConstants.PrefaceBytesMax]));
    }
}
