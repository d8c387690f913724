using System.Buffers.Binary;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// What stands before a sealed packet (WireGuard section 5.4.6), 16 bytes, numbers little-endian: type 4 and three zeros,
/// receiver index (4), counter (8). The sealed packet with its tag of 16 bytes follows to the end of the datagram.
/// </summary>
/// <param name="Receiver">The receiver's index of the session.</param>
/// <param name="Counter">The packet's number in the session, which is also the nonce.</param>
public readonly record struct TransportHeader(uint Receiver, ulong Counter)
{
    /// <summary>The length of the header in bytes.</summary>
    public const int Length = 16;

    /// <summary>What a datagram is longer than the padded plaintext: header and tag.</summary>
    public const int OverheadBytes = Length + TunnelSpecification.TagBytes;

    private const int ReceiverOffset = 4;
    private const int CounterOffset = 8;

    /// <summary>Reads the header of a datagram; false unless the type is right and there is room for a tag.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, out TransportHeader header)
    {
        header = default;
        if (datagram.Length < OverheadBytes || TunnelMessage.TypeOf(datagram) != TunnelMessageType.Transport)
        {
            return false;
        }

        header = new TransportHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(datagram[ReceiverOffset..]),
            BinaryPrimitives.ReadUInt64LittleEndian(datagram[CounterOffset..]));
        return true;
    }

    /// <summary>Writes the header; returns <see cref="Length"/>.</summary>
    public int Encode(Span<byte> destination)
    {
        TunnelMessage.WriteType(destination, TunnelMessageType.Transport);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ReceiverOffset..], Receiver);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[CounterOffset..], Counter);
        return Length;
    }

    /// <summary>
    /// The length a plaintext is sealed at. IP packets, which carry their own length, grow to a multiple of 16 (WireGuard section
    /// 5.4.6); Kith frames end where the plaintext ends and so are sealed as they are, which also lets a ping have any exact size.
    /// </summary>
    public static int PaddedLength(ReadOnlySpan<byte> plaintext)
    {
        bool isInternetPacket = !plaintext.IsEmpty && (plaintext[0] >> 4) is 4 or 6;
        return isInternetPacket
            ? (plaintext.Length + TunnelSpecification.PaddingBytes - 1) & ~(TunnelSpecification.PaddingBytes - 1)
            : plaintext.Length;
    }
}
