using System.Buffers.Binary;

namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// The options of a segment: maximum segment size (RFC 9293 section 3.7.1), window scale and timestamps (RFC 7323), SACK permitted and
/// SACK (RFC 2018). Unknown options are skipped; one with an impossible length ends the reading, and what came before it counts.
/// </summary>
internal struct TcpOptions
{
    /// <summary>Bytes that options may take in a header.</summary>
    public const int BytesMax = 40;

    /// <summary>Bytes of the timestamps option with its padding.</summary>
    public const int TimestampBytes = 12;

    /// <summary>The largest window scale (RFC 7323 section 2.3).</summary>
    public const int WindowScaleMax = 14;

    private const byte End = 0;
    private const byte NoOperation = 1;
    private const byte MaximumSegmentSizeKind = 2;
    private const byte WindowScaleKind = 3;
    private const byte SackPermittedKind = 4;
    private const byte SackKind = 5;
    private const byte TimestampsKind = 8;
    private const uint AlignedTimestamps = 0x0101_080A;

    /// <summary>The peer's maximum segment size, or 0 when it named none.</summary>
    public ushort MaximumSegmentSize;

    /// <summary>The window scale, meaningful with <see cref="HasWindowScale"/>.</summary>
    public byte WindowScale;

    /// <summary>Whether a window scale was given.</summary>
    public bool HasWindowScale;

    /// <summary>Whether the peer may be sent SACK.</summary>
    public bool SackPermitted;

    /// <summary>Whether timestamps were given.</summary>
    public bool HasTimestamps;

    /// <summary>TSval: the sender's clock.</summary>
    public uint TimestampValue;

    /// <summary>TSecr: the receiver's clock as the sender last saw it.</summary>
    public uint TimestampEcho;

    /// <summary>How many of <see cref="Blocks"/> are set.</summary>
    public int BlockCount;

    /// <summary>The SACK blocks.</summary>
    public SackBlocks Blocks;

    /// <summary>Bytes that <see cref="Encode"/> writes, a multiple of four.</summary>
    public readonly int EncodedBytes =>
        (MaximumSegmentSize != 0 ? 4 : 0)
        + (HasWindowScale ? 4 : 0)
        + (HasTimestamps ? TimestampBytes : 0)
        + (SackPermitted ? 4 : 0)
        + (BlockCount > 0 ? 4 + (8 * BlockCount) : 0);

    /// <summary>Reads the bytes between the fixed header and the payload.</summary>
    public static void Decode(ReadOnlySpan<byte> bytes, out TcpOptions options)
    {
        options = default;
        if (bytes.Length == TimestampBytes && BinaryPrimitives.ReadUInt32BigEndian(bytes) == AlignedTimestamps)
        {
            options.ReadTimestamps(bytes[4..]);
            return;
        }

        while (bytes.Length > 0 && bytes[0] != End)
        {
            if (bytes[0] == NoOperation)
            {
                bytes = bytes[1..];
                continue;
            }

            if (bytes.Length < 2 || bytes[1] < 2 || bytes[1] > bytes.Length)
            {
                return;
            }

            options.Read(bytes[0], bytes[2..bytes[1]]);
            bytes = bytes[bytes[1]..];
        }
    }

    /// <summary>Writes the options, each padded to four bytes, and returns their length.</summary>
    public readonly int Encode(Span<byte> destination)
    {
        int at = 0;
        if (MaximumSegmentSize != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)MaximumSegmentSizeKind << 24) | (4 << 16) | MaximumSegmentSize);
            at += 4;
        }

        if (HasWindowScale)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[at..], ((uint)NoOperation << 24) | (WindowScaleKind << 16) | (3 << 8) | WindowScale);
            at += 4;
        }

        if (SackPermitted)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[at..], ((uint)NoOperation << 24) | (NoOperation << 16) | (SackPermittedKind << 8) | 2);
            at += 4;
        }

        if (HasTimestamps)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[at..], AlignedTimestamps);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(at + 4)..], TimestampValue);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(at + 8)..], TimestampEcho);
            at += TimestampBytes;
        }

        if (BlockCount > 0)
        {
            uint length = (uint)(2 + (8 * BlockCount));
            BinaryPrimitives.WriteUInt32BigEndian(destination[at..], ((uint)NoOperation << 24) | (NoOperation << 16) | (SackKind << 8) | length);
            at += 4;
            for (int i = 0; i < BlockCount; i++, at += 8)
            {
                BinaryPrimitives.WriteUInt32BigEndian(destination[at..], Blocks[i].Start);
                BinaryPrimitives.WriteUInt32BigEndian(destination[(at + 4)..], Blocks[i].End);
            }
        }

        return at;
    }

    /// <summary>Adds a SACK block if there is room for one.</summary>
    public void AddBlock(SackBlock block)
    {
        if (BlockCount < SackBlocks.Max)
        {
            Blocks[BlockCount++] = block;
        }
    }

    private void Read(byte kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case MaximumSegmentSizeKind when value.Length == 2:
                MaximumSegmentSize = BinaryPrimitives.ReadUInt16BigEndian(value);
                break;
            case WindowScaleKind when value.Length == 1:
                HasWindowScale = true;
                WindowScale = Math.Min(value[0], (byte)WindowScaleMax);
                break;
            case SackPermittedKind when value.Length == 0:
                SackPermitted = true;
                break;
            case TimestampsKind when value.Length == 8:
                ReadTimestamps(value);
                break;
            case SackKind when value.Length % 8 == 0 && BlockCount == 0:
                for (int at = 0; at < value.Length; at += 8)
                {
                    AddBlock(new SackBlock(BinaryPrimitives.ReadUInt32BigEndian(value[at..]), BinaryPrimitives.ReadUInt32BigEndian(value[(at + 4)..])));
                }

                break;
            default:
                break;
        }
    }

    private void ReadTimestamps(ReadOnlySpan<byte> value)
    {
        HasTimestamps = true;
        TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(value);
        TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
    }
}
