using System.Text;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Tests.Discovery.Dht;

public sealed class BencodeTests
{
    [Theory]
    [InlineData("i0e")]
    [InlineData("i-42e")]
    [InlineData("i9223372036854775807e")]
    [InlineData("0:")]
    [InlineData("4:spam")]
    [InlineData("le")]
    [InlineData("l4:spami3ee")]
    [InlineData("de")]
    [InlineData("d3:cow3:moo4:spam4:eggse")]
    [InlineData("d1:ad1:bl1:c1:dee1:ei7ee")]
    public void well_formed_elements_are_measured_whole(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Assert.True(BencodeScanner.TryMeasure(bytes, out int length));
        Assert.Equal(bytes.Length, length);
        Assert.True(BencodeScanner.TryMeasure([.. bytes, (byte)'x'], out length));
        Assert.Equal(bytes.Length, length);
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            Assert.False(BencodeScanner.TryMeasure(bytes.AsSpan(0, cut), out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("e")]
    [InlineData("ie")]
    [InlineData("i-e")]
    [InlineData("i-0e")]
    [InlineData("i03e")]
    [InlineData("i1.5e")]
    [InlineData("i12345678901234567890e")]
    [InlineData("01:a")]
    [InlineData("-1:a")]
    [InlineData("2:a")]
    [InlineData("99999999999:a")]
    [InlineData("d1:ae")]
    [InlineData("di1ei2ee")]
    [InlineData("d1:a1:b")]
    [InlineData("dle1:ae")]
    [InlineData("l")]
    [InlineData("x")]
    public void malformed_elements_are_refused(string text) => Assert.False(BencodeScanner.TryMeasure(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void nesting_has_a_limit()
    {
        string Nested(int depth) => new string('l', depth) + new string('e', depth);
        Assert.True(BencodeScanner.TryMeasure(Encoding.ASCII.GetBytes(Nested(BencodeScanner.DepthMax)), out _));
        Assert.False(BencodeScanner.TryMeasure(Encoding.ASCII.GetBytes(Nested(BencodeScanner.DepthMax + 1)), out _));
    }

    [Fact]
    public void values_are_found_by_key_in_any_order()
    {
        Assert.True(BencodeDictionary.TryParse("d1:zi5e1:a3:one1:ll1:x1:yee"u8, out BencodeDictionary dictionary));
        Assert.True(dictionary.TryGetInteger("z"u8, out long number));
        Assert.Equal(5, number);
        Assert.True(dictionary.TryGetString("a"u8, out ReadOnlySpan<byte> text));
        Assert.True(text.SequenceEqual("one"u8));
        BencodeList list = dictionary.GetList("l"u8);
        Assert.True(list.TryTake(out ReadOnlySpan<byte> element) && element.SequenceEqual("1:x"u8));
        Assert.True(list.TryTake(out element) && element.SequenceEqual("1:y"u8));
        Assert.False(list.TryTake(out _));
        Assert.False(dictionary.TryGet("b"u8, out _));
        Assert.False(dictionary.TryGetInteger("a"u8, out _));
        Assert.False(BencodeDictionary.TryParse("dex"u8, out _));
        Assert.False(BencodeDictionary.TryParse("le"u8, out _));
    }

    [Fact]
    public void what_is_written_reads_back()
    {
        Span<byte> buffer = stackalloc byte[128];
        BencodeWriter writer = new(buffer);
        writer.BeginDictionary();
        writer.WriteInteger("a"u8, long.MinValue + 1);
        writer.WriteString("b"u8, [0, 255]);
        writer.WriteString("c"u8);
        writer.BeginList();
        writer.WriteInteger(0);
        writer.End();
        writer.End();
        Assert.True(BencodeDictionary.TryParse(buffer[..writer.Position], out BencodeDictionary dictionary));
        Assert.True(dictionary.TryGetInteger("a"u8, out long number));
        Assert.Equal(long.MinValue + 1, number);
        Assert.True(dictionary.TryGetString("b"u8, out ReadOnlySpan<byte> bytes) && bytes.SequenceEqual((byte[])[0, 255]));
    }
}
