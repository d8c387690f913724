using System.Buffers.Binary;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// What a peer under load answers instead of a handshake (WireGuard section 5.4.7), 64 bytes, numbers little-endian:
/// type 3 and three zeros, receiver index (4), nonce (24), sealed cookie (32). A view into the datagram; valid as long as that is.
/// </summary>
public readonly ref struct CookieReplyMessage
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 64;

    /// <summary>Bytes of the nonce (XChaCha20-Poly1305).</summary>
    public const int NonceBytes = 24;

    private const int ReceiverOffset = 4;
    private const int NonceOffset = 8;
    private const int CookieOffset = 32;

    /// <summary>The sender index of the message that is answered.</summary>
    public uint Receiver { get; init; }

    /// <summary>A random nonce, 24 bytes.</summary>
    public ReadOnlySpan<byte> Nonce { get; init; }

    /// <summary>The cookie, sealed: 32 bytes.</summary>
    public ReadOnlySpan<byte> SealedCookie { get; init; }

    /// <summary>Reads a datagram; false unless type and length are right. Nothing is verified.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, out CookieReplyMessage message)
    {
        message = default;
        if (datagram.Length != Length || TunnelMessage.TypeOf(datagram) != TunnelMessageType.CookieReply)
        {
            return false;
        }

        message = new CookieReplyMessage
        {
            Receiver = BinaryPrimitives.ReadUInt32LittleEndian(datagram[ReceiverOffset..]),
            Nonce = datagram[NonceOffset..CookieOffset],
            SealedCookie = datagram[CookieOffset..Length],
        };
        return true;
    }

    /// <summary>Writes the message; returns <see cref="Length"/>.</summary>
    /// <exception cref="ArgumentException">The destination or a field has the wrong length.</exception>
    public int Encode(Span<byte> destination)
    {
        TunnelMessage.WriteType(destination, TunnelMessageType.CookieReply);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ReceiverOffset..], Receiver);
        TunnelMessage.WriteField(Nonce, destination[NonceOffset..CookieOffset]);
        TunnelMessage.WriteField(SealedCookie, destination[CookieOffset..Length]);
        return Length;
    }
}
