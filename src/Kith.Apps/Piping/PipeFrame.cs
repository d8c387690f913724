using System.Buffers.Binary;

namespace Kith.Apps.Piping;

/// <summary>
/// What goes over an open pipe: u32, and if that is a length as many bytes. So an end is told from a break, and the sender learns that everything was written out at the other end.
/// </summary>
internal static class PipeFrame
{
    /// <summary>Bytes before the data of a frame.</summary>
    public const int HeadBytes = 4;

    /// <summary>The most bytes of data in a frame.</summary>
    public const int DataBytesMax = 256 * 1024;

    /// <summary>In the place of a length: this side has said everything.</summary>
    public const uint End = 0;

    /// <summary>In the place of a length: everything the other side said, to its end, was written out.</summary>
    public const uint Delivered = 0xFFFF_FFFF;

    /// <summary>In the place of a length: what the other side says can be written out no more.</summary>
    public const uint Broken = 0xFFFF_FFFE;

    /// <summary>Whether this may stand in the head of a frame.</summary>
    public static bool IsHead(uint head) => head is <= DataBytesMax or Delivered or Broken;

    /// <summary>Writes the head of a frame.</summary>
    public static void EncodeHead(Span<byte> bytes, uint head) => BinaryPrimitives.WriteUInt32BigEndian(bytes, head);

    /// <summary>Reads the head of a frame; false if it is none.</summary>
    public static bool TryDecodeHead(ReadOnlySpan<byte> bytes, out uint head)
    {
        head = 0;
        return bytes.Length >= HeadBytes && IsHead(head = BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }
}
