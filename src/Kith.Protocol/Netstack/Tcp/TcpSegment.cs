using System.Buffers.Binary;

namespace Kith.Protocol.Netstack.Tcp;

/// <summary>A view of one received TCP segment (RFC 9293 section 3.1). Its checksum is the caller's to verify.</summary>
internal readonly ref struct TcpSegment
{
    /// <summary>Bytes of a header without options.</summary>
    public const int HeaderBytes = 20;

    private TcpSegment(ReadOnlySpan<byte> bytes, int headerBytes)
    {
        SourcePort = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        Sequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        Acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        Flags = (TcpFlags)(bytes[13] & 0x3F);
        Window = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        TcpOptions.Decode(bytes[HeaderBytes..headerBytes], out TcpOptions options);
        Options = options;
        Payload = bytes[headerBytes..];
    }

    /// <summary>The sender's port.</summary>
    public ushort SourcePort { get; }

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort { get; }

    /// <summary>The number of the first byte.</summary>
    public uint Sequence { get; }

    /// <summary>The number that the sender expects next, if <see cref="TcpFlags.Acknowledge"/> is set.</summary>
    public uint Acknowledgment { get; }

    /// <summary>The control bits.</summary>
    public TcpFlags Flags { get; }

    /// <summary>The window, not yet scaled.</summary>
    public ushort Window { get; }

    /// <summary>The options.</summary>
    public TcpOptions Options { get; }

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Sequence numbers that the segment takes: its data, SYN and FIN.</summary>
    public int SequenceLength => Payload.Length + (Has(TcpFlags.Syn) ? 1 : 0) + (Has(TcpFlags.Fin) ? 1 : 0);

    /// <summary>Whether a control bit is set.</summary>
    public bool Has(TcpFlags flag) => (Flags & flag) != 0;

    /// <summary>Reads a segment; false when it is shorter than its header.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out TcpSegment segment)
    {
        segment = default;
        if (bytes.Length < HeaderBytes)
        {
            return false;
        }

        int headerBytes = (bytes[12] >> 4) * 4;
        if (headerBytes < HeaderBytes || headerBytes > bytes.Length)
        {
            return false;
        }

        segment = new TcpSegment(bytes, headerBytes);
        return true;
    }
}
