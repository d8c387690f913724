using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Stun;

/// <summary>
/// A Binding message of RFC 8489, with the attributes of RFC 5780 that find out about filtering. Immutable. Attributes of authentication are understood and
/// passed over: answers are tied to questions by the transaction id alone, and what a server says of our address is a hint, never believed without a try.
/// </summary>
public sealed partial record StunMessage
{
    /// <summary>Longer messages are not read, and none is written: no Binding answer comes near it.</summary>
    public const int BytesMax = 1024;

    /// <summary>The longest text of SOFTWARE that is kept, in bytes (RFC 8489 section 14.14).</summary>
    public const int SoftwareBytesMax = 763;

    /// <summary>As many unknown attributes are listed.</summary>
    public const int UnknownMax = 8;

    /// <summary>What it is.</summary>
    public required StunMessageType Type { get; init; }

    /// <summary>Which question it belongs to.</summary>
    public required StunTransactionId TransactionId { get; init; }

    /// <summary>XOR-MAPPED-ADDRESS: where the server saw the request come from.</summary>
    public InternetEndpoint? XorMapped { get; init; }

    /// <summary>MAPPED-ADDRESS: the same in clear, from servers of long ago; translators may have meddled with it.</summary>
    public InternetEndpoint? PlainMapped { get; init; }

    /// <summary>Where the server saw the request come from, or null.</summary>
    public InternetEndpoint? Mapped => XorMapped ?? PlainMapped;

    /// <summary>OTHER-ADDRESS: the server's second address and port (RFC 5780 section 7.4), or null.</summary>
    public InternetEndpoint? Other { get; init; }

    /// <summary>CHANGE-REQUEST: from where the answer shall come, <see cref="StunSpecification.ChangePort"/> and <see cref="StunSpecification.ChangeAddress"/>; 0 for none.</summary>
    public uint Change { get; init; }

    /// <summary>The number of an error, 300 to 699; 0 for none.</summary>
    public int ErrorCode { get; init; }

    /// <summary>What program the sender is, or null.</summary>
    public string? Software { get; init; }

    /// <summary>Whether it ends with a FINGERPRINT; if so, that was right.</summary>
    public bool HasFingerprint { get; init; }

    /// <summary>Attributes that would have to be understood and are not. A message with any is no answer (RFC 8489 sections 6.3.1 to 6.3.4).</summary>
    public IReadOnlyList<ushort> UnknownRequired { get; init; } = [];

    /// <summary>Whether a datagram is STUN at all: two zero bits, the cookie, a length that fits. Cheap; everything else on the socket fails it.</summary>
    public static bool IsStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= StunSpecification.HeaderBytes
        && datagram[0] >> 6 == 0
        && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == StunSpecification.MagicCookie
        && (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) & 3) == 0
        && datagram.Length == StunSpecification.HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);

    /// <summary>Reads a message; false if it is none of ours, malformed, or its fingerprint is wrong.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out StunMessage? message)
    {
        message = null;
        if (!IsStun(datagram) || datagram.Length > BytesMax)
        {
            return false;
        }

        StunMessageType type = (StunMessageType)BinaryPrimitives.ReadUInt16BigEndian(datagram);
        if (type is not (StunMessageType.BindingRequest or StunMessageType.BindingIndication or StunMessageType.BindingResponse or StunMessageType.BindingError))
        {
            return false;
        }

        StunMessage read = new() { Type = type, TransactionId = StunTransactionId.Read(datagram[8..]) };
        SpanReader reader = new(datagram[StunSpecification.HeaderBytes..]);
        bool isSealed = false;
        while (reader.Remaining > 0)
        {
            int start = StunSpecification.HeaderBytes + reader.Position;
            if (!reader.TryReadUInt16(out ushort attribute) || !reader.TryReadUInt16(out ushort length)
                || !reader.TryReadBytes(length, out ReadOnlySpan<byte> value) || !reader.TryReadBytes(-length & 3, out _))
            {
                return false;
            }

            if (attribute == (ushort)StunAttributeType.Fingerprint)
            {
                // Nothing may follow it, and it covers all that came before.
                if (value.Length != 4 || reader.Remaining != 0 || BinaryPrimitives.ReadUInt32BigEndian(value) != (Crc32.Of(datagram[..start]) ^ StunSpecification.FingerprintMask))
                {
                    return false;
                }

                read = read with { HasFingerprint = true };
            }
            else if (!isSealed && !read.TryTake(attribute, value, out read))
            {
                return false;
            }

            // What follows a message's integrity is not covered by it and is passed over (RFC 8489 section 14.5).
            isSealed |= attribute is (ushort)StunAttributeType.MessageIntegrity or (ushort)StunAttributeType.MessageIntegritySha256;
        }

        message = read;
        return true;
    }

    private bool TryTake(ushort attribute, ReadOnlySpan<byte> value, out StunMessage with)
    {
        with = this;
        InternetEndpoint endpoint;
        switch ((StunAttributeType)attribute)
        {
            case StunAttributeType.XorMappedAddress:
                bool isXor = StunAddressField.TryRead(value, TransactionId, out endpoint);
                with = this with { XorMapped = XorMapped ?? endpoint };
                return isXor;
            case StunAttributeType.MappedAddress:
                bool isPlain = StunAddressField.TryRead(value, null, out endpoint);
                with = this with { PlainMapped = PlainMapped ?? endpoint };
                return isPlain;
            case StunAttributeType.OtherAddress:
                bool isOther = StunAddressField.TryRead(value, null, out endpoint);
                with = this with { Other = Other ?? endpoint };
                return isOther;
            case StunAttributeType.ChangeRequest when value.Length == 4:
                with = this with { Change = BinaryPrimitives.ReadUInt32BigEndian(value) & (StunSpecification.ChangePort | StunSpecification.ChangeAddress) };
                return true;
            case StunAttributeType.ErrorCode when value.Length >= 4 && (value[2] & 7) is >= 3 and <= 6 && value[3] < 100:
                with = this with { ErrorCode = ((value[2] & 7) * 100) + value[3] };
                return true;
            case StunAttributeType.Software when value.Length <= SoftwareBytesMax:
                with = Utf8.IsValid(value) ? this with { Software = Software ?? Encoding.UTF8.GetString(value) } : this;
                return true;
            case StunAttributeType.ChangeRequest or StunAttributeType.ErrorCode or StunAttributeType.Software:
                return false;
            default:
                with = IsKnown(attribute) || attribute >= StunSpecification.FirstOptionalAttribute || UnknownRequired.Count >= UnknownMax
                    ? this
                    : this with { UnknownRequired = [.. UnknownRequired, attribute] };
                return true;
        }
    }

    private static bool IsKnown(ushort attribute) => (StunAttributeType)attribute
        is StunAttributeType.UserName or StunAttributeType.MessageIntegrity or StunAttributeType.UnknownAttributes or StunAttributeType.Realm
        or StunAttributeType.Nonce or StunAttributeType.MessageIntegritySha256 or StunAttributeType.PasswordAlgorithm or StunAttributeType.UserHash;
}
