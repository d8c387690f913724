using System.Buffers;
using Kith.Protocol.Netstack;

namespace Kith.Lab.FastPath;

/// <summary>What the fast path posts for the stack, as the single packets it stands for.</summary>
internal static class PostedPackets
{
    /// <summary>Cuts what was joined, and gives the buffer back.</summary>
    public static List<byte[]> Take(byte[] buffer, int length)
    {
        List<byte[]> pieces = [];
        Span<byte> records = buffer.AsSpan(0, length);
        while (PacketRecords.TryRead(ref records, out Span<byte> bytes, out StackPacket packet, out _))
        {
            for (int i = 0; i < LargeSegment.CountPieces(packet); i++)
            {
                byte[] piece = new byte[packet.Length];
                pieces.Add(piece[..LargeSegment.WritePiece(bytes, packet, i, piece)]);
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return pieces;
    }
}
