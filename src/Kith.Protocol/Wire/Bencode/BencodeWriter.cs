namespace Kith.Protocol.Wire.Bencode;

/// <summary>
/// Writes bencoded elements (BEP 3) into a span sized from a named maximum; running out of room is a defect and throws. The caller writes keys in their sorted
/// order.
/// </summary>
public ref struct BencodeWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Position { get; private set; }

    /// <summary>Begins a dictionary; <see cref="End"/> ends it.</summary>
    public void BeginDictionary() => WriteByte((byte)'d');

    /// <summary>Begins a list; <see cref="End"/> ends it.</summary>
    public void BeginList() => WriteByte((byte)'l');

    /// <summary>Ends the innermost dictionary or list.</summary>
    public void End() => WriteByte((byte)'e');

    /// <summary>Writes a string, which may be any bytes.</summary>
    public void WriteString(ReadOnlySpan<byte> value) => value.CopyTo(BeginString(value.Length));

    /// <summary>Writes the head of a string and returns the room for its content, to be filled by the caller.</summary>
    public Span<byte> BeginString(int length)
    {
        WriteNumber(length);
        WriteByte((byte)':');
        Span<byte> content = _destination.Slice(Position, length);
        Position += length;
        return content;
    }

    /// <summary>Writes an integer.</summary>
    public void WriteInteger(long value)
    {
        WriteByte((byte)'i');
        WriteNumber(value);
        WriteByte((byte)'e');
    }

    /// <summary>Writes an element that is encoded already.</summary>
    public void WriteElement(ReadOnlySpan<byte> element)
    {
        element.CopyTo(_destination[Position..]);
        Position += element.Length;
    }

    /// <summary>Writes a key and a string.</summary>
    public void WriteString(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        WriteString(key);
        WriteString(value);
    }

    /// <summary>Writes a key and an integer.</summary>
    public void WriteInteger(ReadOnlySpan<byte> key, long value)
    {
        WriteString(key);
        WriteInteger(value);
    }

    private void WriteByte(byte value) => _destination[Position++] = value;

    private void WriteNumber(long value)
    {
        if (!System.Buffers.Text.Utf8Formatter.TryFormat(value, _destination[Position..], out int written))
        {
            throw new ArgumentException("The destination is too short.", nameof(value));
        }

        Position += written;
    }
}
