using Kith.Protocol.Wire;
using Kith.Tests.Crypto;

namespace Kith.Tests.Wire;

public sealed class ZBase32Tests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("00", "yy")]
    [InlineData("f0bfc7", "6n9hq")]
    [InlineData("d47a04", "4t7ye")]
    [InlineData("ff", "9h")]
    [InlineData("10111213", "nyetrra")]
    public void known_answers_come_out_and_go_in(string hex, string text)
    {
        Assert.Equal(text, ZBase32.Encode(Hex.Bytes(hex)));
        Assert.True(ZBase32.TryDecode(text, out byte[]? bytes));
        Assert.Equal(hex, Hex.Text(bytes));
    }

    [Fact]
    public void every_length_goes_there_and_back()
    {
        Random random = new(9);
        for (int length = 0; length < 200; length++)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            string text = ZBase32.Encode(bytes);
            Assert.Equal(ZBase32.EncodedLength(length), text.Length);
            Assert.Equal(length, ZBase32.DecodedLength(text.Length));
            Assert.True(ZBase32.TryDecode(text, out byte[]? decoded));
            Assert.Equal(bytes, decoded);
        }
    }

    [Theory]
    [InlineData("y")]
    [InlineData("yyy")]
    [InlineData("yyyyyy")]
    [InlineData("Yy")]
    [InlineData("ly")]
    [InlineData("0y")]
    [InlineData("y y")]
    [InlineData("yb")]
    [InlineData("9999")]
    [InlineData("ÿy")]
    public void what_encode_never_writes_is_refused(string text)
    {
        Assert.False(ZBase32.TryDecode(text, out byte[]? bytes));
        Assert.Null(bytes);
    }

    [Fact]
    public void of_all_texts_of_two_characters_exactly_256_mean_something()
    {
        int accepted = 0;
        for (int a = 0; a < 128; a++)
        {
            for (int b = 0; b < 128; b++)
            {
                accepted += ZBase32.TryDecode([(char)a, (char)b], out byte[]? bytes) && ZBase32.Encode(bytes) == $"{(char)a}{(char)b}" ? 1 : 0;
            }
        }

        Assert.Equal(256, accepted);
    }
}
