using System.Buffers.Binary;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// The first message of a handshake (WireGuard section 5.4.2), 148 bytes, numbers little-endian:
/// type 1 and three zeros, sender index (4), ephemeral key (32), sealed static key (48), sealed timestamp (28), mac1 (16), mac2 (16).
/// A view into the datagram; valid as long as that is.
/// </summary>
public readonly ref struct InitiationMessage
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 148;

    private const int SenderOffset = 4;
    private const int EphemeralOffset = 8;
    private const int StaticOffset = 40;
    private const int TimestampOffset = 88;
    private const int Mac1Offset = 116;
    private const int Mac2Offset = 132;

    /// <summary>The index that answers must carry.</summary>
    public uint Sender { get; init; }

    /// <summary>The initiator's ephemeral public key, 32 bytes.</summary>
    public ReadOnlySpan<byte> Ephemeral { get; init; }

    /// <summary>The initiator's static public key, sealed: 48 bytes.</summary>
    public ReadOnlySpan<byte> SealedStatic { get; init; }

    /// <summary>The TAI64N timestamp, sealed: 28 bytes.</summary>
    public ReadOnlySpan<byte> SealedTimestamp { get; init; }

    /// <summary>Proof that the sender knows whom it talks to, 16 bytes.</summary>
    public ReadOnlySpan<byte> Mac1 { get; init; }

    /// <summary>Proof that the sender owns its address, 16 bytes; zeros without a cookie.</summary>
    public ReadOnlySpan<byte> Mac2 { get; init; }

    /// <summary>Reads a datagram; false unless type and length are right. Nothing is verified.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, out InitiationMessage message)
    {
        message = default;
        if (datagram.Length != Length || TunnelMessage.TypeOf(datagram) != TunnelMessageType.Initiation)
        {
            return false;
        }

        message = new InitiationMessage
        {
            Sender = BinaryPrimitives.ReadUInt32LittleEndian(datagram[SenderOffset..]),
            Ephemeral = datagram[EphemeralOffset..StaticOffset],
            SealedStatic = datagram[StaticOffset..TimestampOffset],
            SealedTimestamp = datagram[TimestampOffset..Mac1Offset],
            Mac1 = datagram[Mac1Offset..Mac2Offset],
            Mac2 = datagram[Mac2Offset..Length],
        };
        return true;
    }

    /// <summary>Writes the message; returns <see cref="Length"/>.</summary>
    /// <exception cref="ArgumentException">The destination or a field has the wrong length.</exception>
    public int Encode(Span<byte> destination)
    {
        TunnelMessage.WriteType(destination, TunnelMessageType.Initiation);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[SenderOffset..], Sender);
        TunnelMessage.WriteField(Ephemeral, destination[EphemeralOffset..StaticOffset]);
        TunnelMessage.WriteField(SealedStatic, destination[StaticOffset..TimestampOffset]);
        TunnelMessage.WriteField(SealedTimestamp, destination[TimestampOffset..Mac1Offset]);
        TunnelMessage.WriteField(Mac1, destination[Mac1Offset..Mac2Offset]);
        TunnelMessage.WriteField(Mac2, destination[Mac2Offset..Length]);
        return Length;
    }
}
