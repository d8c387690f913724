using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Stun;

/// <summary>
/// The value of address attributes (RFC 8489 sections 14.1 and 14.2): zero, family (1 or 2), port, address; in XOR-MAPPED-ADDRESS combined with cookie and
/// transaction id, so that translators that rewrite addresses in payloads do not find it.
/// </summary>
internal static class StunAddressField
{
    public const int BytesMax = 4 + InternetAddress.V6Bytes;

    private const byte FamilyV4 = 1;
    private const byte FamilyV6 = 2;

    public static bool TryRead(ReadOnlySpan<byte> value, StunTransactionId? mask, out InternetEndpoint endpoint)
    {
        endpoint = default;
        if (value.Length < 4 || value[1] is not (FamilyV4 or FamilyV6) || value.Length != 4 + (value[1] == FamilyV4 ? InternetAddress.V4Bytes : InternetAddress.V6Bytes))
        {
            return false;
        }

        Span<byte> copy = stackalloc byte[BytesMax];
        value.CopyTo(copy);
        copy = copy[..value.Length];
        if (mask is { } id)
        {
            Combine(copy, id);
        }

        InternetAddress address = InternetAddress.FromBytes(copy[4..]);
        endpoint = new InternetEndpoint(address, BinaryPrimitives.ReadUInt16BigEndian(copy[2..]));

        // An IPv4 address written as IPv6 would not be written back as it came.
        return address.IsV4 == (value[1] == FamilyV4);
    }

    /// <summary>Writes the value; returns 8 or 20.</summary>
    public static int Write(Span<byte> destination, InternetEndpoint endpoint, StunTransactionId? mask)
    {
        destination[0] = 0;
        destination[1] = endpoint.Address.IsV4 ? FamilyV4 : FamilyV6;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], endpoint.Port);
        int length = 4 + endpoint.Address.WriteTo(destination[4..]);
        if (mask is { } id)
        {
            Combine(destination[..length], id);
        }

        return length;
    }

    private static void Combine(Span<byte> value, StunTransactionId id)
    {
        Span<byte> mask = stackalloc byte[4 + StunSpecification.TransactionIdBytes];
        BinaryPrimitives.WriteUInt32BigEndian(mask, StunSpecification.MagicCookie);
        id.WriteTo(mask[4..]);
        value[2] ^= mask[0];
        value[3] ^= mask[1];
        for (int i = 4; i < value.Length; i++)
        {
            value[i] ^= mask[i - 4];
        }
    }
}
