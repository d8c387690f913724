namespace Kith.Protocol.Wire.Bencode;

/// <summary>
/// A bencoded dictionary as it lies in a buffer (BEP 3). Values are looked up where they are; nothing is copied. The order of keys is not insisted on, because
/// others do not keep it; of a key that comes twice the first counts.
/// </summary>
public readonly ref struct BencodeDictionary
{
    private readonly ReadOnlySpan<byte> _entries;

    private BencodeDictionary(ReadOnlySpan<byte> entries) => _entries = entries;

    /// <summary>Takes a dictionary that is exactly the whole span; everything inside is checked.</summary>
    public static bool TryParse(ReadOnlySpan<byte> element, out BencodeDictionary dictionary)
    {
        dictionary = default;
        if (element.IsEmpty || element[0] != (byte)'d' || !BencodeScanner.TryMeasure(element, out int length) || length != element.Length)
        {
            return false;
        }

        dictionary = new BencodeDictionary(element[1..^1]);
        return true;
    }

    /// <summary>The value of a key in its encoded form.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> element)
    {
        ReadOnlySpan<byte> rest = _entries;
        while (!rest.IsEmpty)
        {
            // Checked once by TryParse, so these cannot fail.
            _ = BencodeScanner.TryMeasure(rest, out int keyLength);
            _ = BencodeScanner.TryMeasure(rest[keyLength..], out int valueLength);
            if (BencodeScanner.TryReadString(rest[..keyLength], out ReadOnlySpan<byte> name) && name.SequenceEqual(key))
            {
                element = rest.Slice(keyLength, valueLength);
                return true;
            }

            rest = rest[(keyLength + valueLength)..];
        }

        element = default;
        return false;
    }

    /// <summary>The value of a key, if it is a string.</summary>
    public bool TryGetString(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryGet(key, out ReadOnlySpan<byte> element) && BencodeScanner.TryReadString(element, out value);
    }

    /// <summary>The value of a key, if it is an integer of 64 bits.</summary>
    public bool TryGetInteger(ReadOnlySpan<byte> key, out long value)
    {
        value = 0;
        return TryGet(key, out ReadOnlySpan<byte> element) && BencodeScanner.TryReadInteger(element, out value);
    }

    /// <summary>The value of a key, if it is a dictionary.</summary>
    public bool TryGetDictionary(ReadOnlySpan<byte> key, out BencodeDictionary value)
    {
        value = default;
        return TryGet(key, out ReadOnlySpan<byte> element) && TryParse(element, out value);
    }

    /// <summary>The elements of a key, if it is a list; otherwise an empty list.</summary>
    public BencodeList GetList(ReadOnlySpan<byte> key) =>
        TryGet(key, out ReadOnlySpan<byte> element) && element[0] == (byte)'l' ? new BencodeList(element[1..^1]) : default;
}
