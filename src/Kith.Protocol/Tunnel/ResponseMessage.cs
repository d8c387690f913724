using System.Buffers.Binary;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// The second message of a handshake (WireGuard section 5.4.3), 92 bytes, numbers little-endian:
/// type 2 and three zeros, sender index (4), receiver index (4), ephemeral key (32), sealed nothing (16), mac1 (16), mac2 (16).
/// A view into the datagram; valid as long as that is.
/// </summary>
public readonly ref struct ResponseMessage
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 92;

    private const int SenderOffset = 4;
    private const int ReceiverOffset = 8;
    private const int EphemeralOffset = 12;
    private const int SealedNothingOffset = 44;
    private const int Mac1Offset = 60;
    private const int Mac2Offset = 76;

    /// <summary>The index that packets to the responder must carry.</summary>
    public uint Sender { get; init; }

    /// <summary>The index that the initiation gave.</summary>
    public uint Receiver { get; init; }

    /// <summary>The responder's ephemeral public key, 32 bytes.</summary>
    public ReadOnlySpan<byte> Ephemeral { get; init; }

    /// <summary>An empty text sealed, 16 bytes: proves the responder's static key and the preshared key.</summary>
    public ReadOnlySpan<byte> SealedNothing { get; init; }

    /// <summary>Proof that the sender knows whom it talks to, 16 bytes.</summary>
    public ReadOnlySpan<byte> Mac1 { get; init; }

    /// <summary>Proof that the sender owns its address, 16 bytes; zeros without a cookie.</summary>
    public ReadOnlySpan<byte> Mac2 { get; init; }

    /// <summary>Reads a datagram; false unless type and length are right. Nothing is verified.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, out ResponseMessage message)
    {
        message = default;
        if (datagram.Length != Length || TunnelMessage.TypeOf(datagram) != TunnelMessageType.Response)
        {
            return false;
        }

        message = new ResponseMessage
        {
            Sender = BinaryPrimitives.ReadUInt32LittleEndian(datagram[SenderOffset..]),
            Receiver = BinaryPrimitives.ReadUInt32LittleEndian(datagram[ReceiverOffset..]),
            Ephemeral = datagram[EphemeralOffset..SealedNothingOffset],
            SealedNothing = datagram[SealedNothingOffset..Mac1Offset],
            Mac1 = datagram[Mac1Offset..Mac2Offset],
            Mac2 = datagram[Mac2Offset..Length],
        };
        return true;
    }

    /// <summary>Writes the message; returns <see cref="Length"/>.</summary>
    /// <exception cref="ArgumentException">The destination or a field has the wrong length.</exception>
    public int Encode(Span<byte> destination)
    {
        TunnelMessage.WriteType(destination, TunnelMessageType.Response);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[SenderOffset..], Sender);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ReceiverOffset..], Receiver);
        TunnelMessage.WriteField(Ephemeral, destination[EphemeralOffset..SealedNothingOffset]);
        TunnelMessage.WriteField(SealedNothing, destination[SealedNothingOffset..Mac1Offset]);
        TunnelMessage.WriteField(Mac1, destination[Mac1Offset..Mac2Offset]);
        TunnelMessage.WriteField(Mac2, destination[Mac2Offset..Length]);
        return Length;
    }
}
