using System.Buffers.Binary;
using System.Text;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Stun;

/// <content>Writing.</content>
public sealed partial record StunMessage
{
    /// <summary>
    /// Writes the message; returns its length. Software longer than its maximum, and what is unknown, is left out.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The span is too short; <see cref="BytesMax"/> always suffices.</exception>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt16((ushort)Type);
        Span<byte> length = writer.Take(2);
        writer.WriteUInt32(StunSpecification.MagicCookie);
        TransactionId.WriteTo(writer.Take(StunSpecification.TransactionIdBytes));
        if (Software is { } software && Encoding.UTF8.GetByteCount(software) <= SoftwareBytesMax)
        {
            WriteAttribute(ref writer, StunAttributeType.Software, Encoding.UTF8.GetBytes(software));
        }

        WriteAddress(ref writer, StunAttributeType.XorMappedAddress, XorMapped, TransactionId);
        WriteAddress(ref writer, StunAttributeType.MappedAddress, PlainMapped, null);
        WriteAddress(ref writer, StunAttributeType.OtherAddress, Other, null);
        if (Change != 0)
        {
            WriteNumber(ref writer, StunAttributeType.ChangeRequest, Change);
        }

        if (ErrorCode != 0)
        {
            WriteNumber(ref writer, StunAttributeType.ErrorCode, ((uint)(ErrorCode / 100) << 8) | (uint)(ErrorCode % 100));
        }

        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(writer.Position - StunSpecification.HeaderBytes));
        if (HasFingerprint)
        {
            // The length that is covered already counts the fingerprint itself.
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(writer.Position + 8 - StunSpecification.HeaderBytes));
            WriteNumber(ref writer, StunAttributeType.Fingerprint, Crc32.Of(writer.Written) ^ StunSpecification.FingerprintMask);
        }

        return writer.Position;
    }

    private static void WriteAddress(ref SpanWriter writer, StunAttributeType type, InternetEndpoint? endpoint, StunTransactionId? mask)
    {
        if (endpoint is { } address)
        {
            Span<byte> value = stackalloc byte[StunAddressField.BytesMax];
            WriteAttribute(ref writer, type, value[..StunAddressField.Write(value, address, mask)]);
        }
    }

    private static void WriteNumber(ref SpanWriter writer, StunAttributeType type, uint number)
    {
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, number);
        WriteAttribute(ref writer, type, value);
    }

    private static void WriteAttribute(ref SpanWriter writer, StunAttributeType type, scoped ReadOnlySpan<byte> value)
    {
        writer.WriteUInt16((ushort)type);
        writer.WriteUInt16((ushort)value.Length);
        value.CopyTo(writer.Take(value.Length));
        writer.Take(-value.Length & 3).Clear();
    }
}
