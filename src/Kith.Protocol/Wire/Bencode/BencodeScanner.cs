namespace Kith.Protocol.Wire.Bencode;

/// <summary>
/// Finds where a bencoded element ends (BEP 3). Strict: no leading zeros, no minus zero, keys are strings, nothing nested deeper than <see cref="DepthMax"/>.
/// Without recursion and without memory of its own, so that hostile input costs one pass.
/// </summary>
public static class BencodeScanner
{
    /// <summary>The deepest nesting that is read; a bit of the state is kept for each level.</summary>
    public const int DepthMax = 32;

    private const int NumberDigitsMax = 19;
    private const int LengthDigitsMax = 9;

    /// <summary>The length of the element at the front; false if there is none or it is malformed.</summary>
    public static bool TryMeasure(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        int position = 0;
        int depth = 0;
        uint isDictionary = 0;
        uint wantsKey = 0;
        do
        {
            if (position >= bytes.Length)
            {
                return false;
            }

            uint level = depth == 0 ? 0 : 1u << (depth - 1);
            bool isKey = (isDictionary & wantsKey & level) != 0;
            byte first = bytes[position];
            if (first == (byte)'e' && depth > 0 && ((isDictionary & level) == 0 || isKey))
            {
                position++;
                depth--;
            }
            else if (first is (byte)'d' or (byte)'l' && !isKey && depth < DepthMax)
            {
                wantsKey ^= isDictionary & level;
                position++;
                uint inner = 1u << depth;
                depth++;
                isDictionary = first == (byte)'d' ? isDictionary | inner : isDictionary & ~inner;
                wantsKey = first == (byte)'d' ? wantsKey | inner : wantsKey & ~inner;
            }
            else if (first == (byte)'i' && !isKey && TryMeasureInteger(bytes[position..], out int integer))
            {
                wantsKey ^= isDictionary & level;
                position += integer;
            }
            else if (TryMeasureString(bytes[position..], out int header, out int content))
            {
                wantsKey ^= isDictionary & level;
                position += header + content;
            }
            else
            {
                return false;
            }
        }
        while (depth > 0);
        length = position;
        return true;
    }

    /// <summary>Reads an integer that is exactly the whole span.</summary>
    public static bool TryReadInteger(ReadOnlySpan<byte> element, out long value)
    {
        value = 0;
        return !element.IsEmpty && element[0] == (byte)'i' && TryMeasureInteger(element, out int length) && length == element.Length
            && System.Buffers.Text.Utf8Parser.TryParse(element[1..^1], out value, out int used) && used == element.Length - 2;
    }

    /// <summary>Reads a string that is exactly the whole span.</summary>
    public static bool TryReadString(ReadOnlySpan<byte> element, out ReadOnlySpan<byte> value)
    {
        bool ok = TryMeasureString(element, out int header, out int content) && header + content == element.Length;
        value = ok ? element[header..] : default;
        return ok;
    }

    private static bool TryMeasureInteger(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        int end = bytes[..Math.Min(bytes.Length, NumberDigitsMax + 3)].IndexOf((byte)'e');
        if (end < 2)
        {
            return false;
        }

        ReadOnlySpan<byte> digits = bytes[1..end];
        bool isNegative = digits[0] == (byte)'-';
        digits = isNegative ? digits[1..] : digits;
        if (digits.IsEmpty || digits.Length > NumberDigitsMax || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || (digits[0] == (byte)'0' && (digits.Length > 1 || isNegative)))
        {
            return false;
        }

        length = end + 1;
        return true;
    }

    private static bool TryMeasureString(ReadOnlySpan<byte> bytes, out int header, out int content)
    {
        header = 0;
        content = 0;
        int colon = bytes[..Math.Min(bytes.Length, LengthDigitsMax + 1)].IndexOf((byte)':');
        if (colon < 1 || bytes[..colon].ContainsAnyExceptInRange((byte)'0', (byte)'9') || (bytes[0] == (byte)'0' && colon > 1))
        {
            return false;
        }

        foreach (byte digit in bytes[..colon])
        {
            content = (content * 10) + (digit - '0');
        }

        header = colon + 1;
        return content <= bytes.Length - header;
    }
}
