using System.Buffers.Binary;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Tcp;

namespace Kith.Protocol.Netstack;

/// <summary>
/// Cuts what <see cref="NetworkStack.TryGetPacket"/> gave out as a large segment into packets that fit the MTU, each with its own headers and complete
/// checksum: TCP segmentation offload in software. Packets that are not large pass as one piece.
/// </summary>
public static class LargeSegment
{
    /// <summary>How many packets it makes.</summary>
    public static int CountPieces(in StackPacket packet) =>
        packet.IsLarge ? (packet.Length - packet.HeaderBytes + packet.SegmentBytes - 1) / packet.SegmentBytes : 1;

    /// <summary>Writes one of the packets and returns its length.</summary>
    /// <param name="bytes">The bytes that <paramref name="packet"/> describes.</param>
    /// <param name="packet">Its description.</param>
    /// <param name="index">Which piece, from 0.</param>
    /// <param name="destination">Where it goes, at least one MTU long; must not overlap <paramref name="bytes"/>.</param>
    public static int WritePiece(ReadOnlySpan<byte> bytes, in StackPacket packet, int index, Span<byte> destination)
    {
        if (!packet.IsLarge)
        {
            bytes[..packet.Length].CopyTo(destination);
            return packet.Length;
        }

        int offset = index * packet.SegmentBytes;
        int payloadBytes = Math.Min(packet.SegmentBytes, packet.Length - packet.HeaderBytes - offset);
        int length = packet.HeaderBytes + payloadBytes;
        Span<byte> piece = destination[..length];
        bytes[..packet.HeaderBytes].CopyTo(piece);
        bytes.Slice(packet.HeaderBytes + offset, payloadBytes).CopyTo(piece[packet.HeaderBytes..]);
        Span<byte> tcp = piece[packet.ChecksumStart..];
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]) + (uint)offset);
        if (index < CountPieces(packet) - 1)
        {
            tcp[13] &= (byte)~(TcpFlags.Fin | TcpFlags.Push);
        }

        IpWriter.SetLength(piece);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[StackPacket.ChecksumOffset..], 0);
        TcpWriter.Finish(piece, partial: false);
        return length;
    }
}
