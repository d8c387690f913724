using Kith.Protocol.Wire.Bencode;

namespace Kith.Fuzz.Structure;

/// <summary>Changes one element of a bencoded input into another, leaves it out, doubles it or puts it into a list: what comes out is well-formed.</summary>
internal sealed class BencodeStructure : IFuzzStructure
{
    private const int ElementsMax = 256;

    private static readonly byte[][] s_elements =
    [
        .. new[] { "i0e", "i-1e", "i1e", "i65535e", "i65536e", "i4294967296e", "i9223372036854775807e", "i-9223372036854775808e", "0:", "le", "de", "1:x", "d0:0:e", "li1ei2ee", "lle" }.Select(FuzzText.Bytes),
    ];

    private readonly (int At, int Length)[] _places = new (int, int)[ElementsMax];

    public bool TryMutate(FuzzRandom random, ReadOnlySpan<byte> sample, ReadOnlySpan<byte> other, Span<byte> destination, out int length)
    {
        length = 0;
        if (!BencodeScanner.TryMeasure(sample, out int whole) || Collect(sample[..whole]) is not (> 0 and int count))
        {
            return false;
        }

        (int at, int bytes) = _places[random.Below(count)];
        ReadOnlySpan<byte> before = sample[..at];
        ReadOnlySpan<byte> old = sample.Slice(at, bytes);
        ReadOnlySpan<byte> after = sample[(at + bytes)..];
        switch (random.Below(6))
        {
            case 0:
                return TryJoin(before, s_elements[random.Below(s_elements.Length)], [], after, destination, out length);
            case 1:
                return TryJoin(before, old, old, after, destination, out length);
            case 2:
                return TryJoin(before, [], [], after, destination, out length);
            case 3:
                return TryString(random, before, old, after, destination, out length);
            case 4:
                int lent = BencodeScanner.TryMeasure(other, out int otherWhole) ? Collect(other[..otherWhole]) : 0;
                (int from, int part) = lent > 0 ? _places[random.Below(lent)] : default;
                return TryJoin(before, other.Slice(from, part), [], after, destination, out length);
            default:
                Span<byte> nested = stackalloc byte[Math.Min(bytes, 512) + 2];
                nested[0] = (byte)'l';
                old[..(nested.Length - 2)].CopyTo(nested[1..]);
                nested[^1] = (byte)'e';
                return TryJoin(before, nested, [], after, destination, out length);
        }
    }

    // The same string with another length and content.
    private static bool TryString(FuzzRandom random, ReadOnlySpan<byte> before, ReadOnlySpan<byte> old, ReadOnlySpan<byte> after, Span<byte> destination, out int length)
    {
        Span<byte> made = stackalloc byte[128];
        int size = BencodeScanner.TryReadString(old, out ReadOnlySpan<byte> text) ? Math.Clamp(text.Length + random.Below(5) - 2, 0, 100) : random.Below(40);
        BencodeWriter writer = new(made);
        Span<byte> content = writer.BeginString(size);
        random.Fill(content);
        text[..Math.Min(text.Length, random.Below(size + 1))].CopyTo(content);
        return TryJoin(before, made[..writer.Position], [], after, destination, out length);
    }

    private static bool TryJoin(ReadOnlySpan<byte> before, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> after, Span<byte> destination, out int length)
    {
        length = before.Length + first.Length + second.Length + after.Length;
        if (length > destination.Length)
        {
            return false;
        }

        before.CopyTo(destination);
        first.CopyTo(destination[before.Length..]);
        second.CopyTo(destination[(before.Length + first.Length)..]);
        after.CopyTo(destination[(length - after.Length)..]);
        return true;
    }

    // Where elements begin, of all depths: an 'e' ends one, a 'd' or 'l' is gone into.
    private int Collect(ReadOnlySpan<byte> input)
    {
        int count = 0;
        for (int at = 0; at < input.Length && count < ElementsMax;)
        {
            if (input[at] == (byte)'e')
            {
                at++;
                continue;
            }

            if (!BencodeScanner.TryMeasure(input[at..], out int length))
            {
                break;
            }

            _places[count++] = (at, length);
            at += input[at] is (byte)'d' or (byte)'l' ? 1 : length;
        }

        return count;
    }
}
