using System.Buffers.Binary;

namespace Kith.Protocol.Netstack;

/// <summary>
/// Several received IP packets one behind the other in one piece of memory, each behind a short header: how the packet path hands the core what came together.
/// A packet of several segments that were joined is described as <see cref="StackPacket"/> does it, so that it can be cut again. Both sides are this process;
/// nothing of it is ever on a wire.
/// </summary>
public static class PacketRecords
{
    /// <summary>Bytes before each packet.</summary>
    public const int HeaderBytes = 8;

    private const int SegmentOffset = 4;
    private const int HeadersOffset = 6;
    private const int VerifiedOffset = 7;

    /// <summary>Writes the header of a packet whose bytes lie or will lie right behind it.</summary>
    /// <param name="destination">At least <see cref="HeaderBytes"/> bytes.</param>
    /// <param name="packet">The packet; of a joined one the IP header ends at <see cref="StackPacket.ChecksumStart"/>.</param>
    /// <param name="isVerified">Whether its transport checksum was found right, or that of each segment it was joined from.</param>
    public static void WriteHeader(Span<byte> destination, in StackPacket packet, bool isVerified)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, packet.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[SegmentOffset..], (ushort)packet.SegmentBytes);
        destination[HeadersOffset] = (byte)packet.HeaderBytes;
        destination[VerifiedOffset] = isVerified ? (byte)1 : (byte)0;
    }

    /// <summary>Takes the next packet from the front; false at the end.</summary>
    /// <param name="records">What is left; moved behind the packet.</param>
    /// <param name="bytes">The packet's bytes.</param>
    /// <param name="packet">Its description.</param>
    /// <param name="isVerified">Whether its checksum need not be looked at again.</param>
    public static bool TryRead(ref Span<byte> records, out Span<byte> bytes, out StackPacket packet, out bool isVerified)
    {
        if (records.Length < HeaderBytes)
        {
            bytes = default;
            packet = default;
            isVerified = false;
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(records);
        int segmentBytes = BinaryPrimitives.ReadUInt16LittleEndian(records[SegmentOffset..]);
        isVerified = records[VerifiedOffset] != 0;
        int headerBytes = records[HeadersOffset];
        bytes = records.Slice(HeaderBytes, length);
        packet = segmentBytes == 0
            ? new StackPacket(length)
            : new StackPacket(length, segmentBytes, headerBytes, Ip.IpWriter.HeaderBytes(bytes[0] >> 4 == 4));
        records = records[(HeaderBytes + length)..];
        return true;
    }
}
