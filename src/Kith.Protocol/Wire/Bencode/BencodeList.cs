namespace Kith.Protocol.Wire.Bencode;

/// <summary>The elements of a bencoded list, taken one after another where they lie.</summary>
public ref struct BencodeList
{
    private ReadOnlySpan<byte> _rest;

    internal BencodeList(ReadOnlySpan<byte> elements) => _rest = elements;

    /// <summary>Takes the next element in its encoded form; false at the end.</summary>
    public bool TryTake(out ReadOnlySpan<byte> element)
    {
        element = default;
        if (_rest.IsEmpty || !BencodeScanner.TryMeasure(_rest, out int length))
        {
            return false;
        }

        element = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
