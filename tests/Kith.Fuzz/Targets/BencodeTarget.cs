using Kith.Fuzz.Coverage;
using Kith.Fuzz.Structure;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a bencoded element. What is measured is read to its end, lists and dictionaries are walked, and what was read writes the same bytes.</summary>
[Covers(typeof(BencodeScanner), typeof(BencodeDictionary))]
internal sealed class BencodeTarget : IFuzzTarget
{
    private readonly byte[] _again = new byte[4096];

    public string Name => "bencode";

    public int InputBytesMax => 1024;

    public IEnumerable<byte[]> Corpus =>
    [
        .. new[]
        {
            "i0e", "i-1e", "i9223372036854775807e", "0:", "4:spam", "le", "de", "li1e4:spamlee", "d3:cow3:moo4:spamli1ei2eee", "d1:ad1:bd1:cleeee",
            "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe", new string('l', BencodeScanner.DepthMax) + new string('e', BencodeScanner.DepthMax),
        }.Select(FuzzText.Bytes),
    ];

    public IEnumerable<byte[]> Dictionary => [.. new[] { "i-0e", "i00e", "999999999:", "00:", "lllllllllllllllll", "dddd", "eeee", "1:", "i9223372036854775808e" }.Select(FuzzText.Bytes)];

    public IFuzzStructure Structure { get; } = new BencodeStructure();

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!BencodeScanner.TryMeasure(input, out int length))
        {
            return false;
        }

        Oracle.True(length > 0 && length <= input.Length, "an element outside of its bytes");
        BencodeWriter writer = new(_again);
        Write(ref writer, input[..length], 0);
        Oracle.Same(input[..length], _again.AsSpan(0, writer.Position), "the element written again");
        return length == input.Length;
    }

    private static void Write(ref BencodeWriter writer, ReadOnlySpan<byte> element, int depth)
    {
        Oracle.True(depth <= BencodeScanner.DepthMax, "deeper than the maximum");
        if (BencodeScanner.TryReadString(element, out ReadOnlySpan<byte> text))
        {
            writer.WriteString(text);
        }
        else if (element[0] == (byte)'i')
        {
            // Numbers beyond 64 bits are measured and not read.
            if (BencodeScanner.TryReadInteger(element, out long value))
            {
                writer.WriteInteger(value);
            }
            else
            {
                writer.WriteElement(element);
            }
        }
        else
        {
            bool isDictionary = BencodeDictionary.TryParse(element, out BencodeDictionary dictionary);
            Oracle.Equal(element[0] == (byte)'d', isDictionary, "a dictionary");
            WriteInside(ref writer, element, isDictionary, dictionary, depth);
        }
    }

    private static void WriteInside(ref BencodeWriter writer, ReadOnlySpan<byte> element, bool isDictionary, in BencodeDictionary dictionary, int depth)
    {
        FuzzTrace.Note(isDictionary ? 2 : 1);
        if (isDictionary)
        {
            writer.BeginDictionary();
        }
        else
        {
            writer.BeginList();
        }

        bool isKey = isDictionary;
        for (ReadOnlySpan<byte> rest = element[1..^1]; !rest.IsEmpty;)
        {
            Oracle.True(BencodeScanner.TryMeasure(rest, out int length), "an element inside that is none");
            if (isDictionary && isKey)
            {
                Oracle.True(BencodeScanner.TryReadString(rest[..length], out ReadOnlySpan<byte> key) && dictionary.TryGet(key, out _), "a key that is not found");
            }

            Write(ref writer, rest[..length], depth + 1);
            rest = rest[length..];
            isKey = isDictionary && !isKey;
        }

        Oracle.True(!isDictionary || isKey, "a key without a value");
        writer.End();
    }
}
