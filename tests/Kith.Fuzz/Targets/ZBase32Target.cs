using Kith.Fuzz.Coverage;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the text, one byte a character.</summary>
[Covers(typeof(Protocol.Wire.ZBase32))]
internal sealed class ZBase32Target : IFuzzTarget
{
    public string Name => "z-base-32";

    public int InputBytesMax => 128;

    public IEnumerable<byte[]> Corpus => Enumerable.Range(0, 12).Select(length => FuzzText.Bytes(ZBase32.Encode(new byte[length * 3])));

    public IEnumerable<byte[]> Dictionary => ["9"u8.ToArray(), "y"u8.ToArray(), "o"u8.ToArray(), "e"u8.ToArray()];

    public bool Run(ReadOnlySpan<byte> input)
    {
        Span<char> text = stackalloc char[InputBytesMax];
        text = text[..FuzzText.Characters(input, text)];
        if (!ZBase32.TryDecode(text, out byte[]? bytes))
        {
            return false;
        }

        Oracle.True(text.SequenceEqual(ZBase32.Encode(bytes)), "the text of the bytes is another one");
        return true;
    }
}
