using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>
/// Node ids that fit their address (BEP 42): the first 21 bits are a CRC-32C of the masked address and three bits of the last byte, so that nobody can choose
/// where in the DHT to sit. Local addresses are exempt.
/// </summary>
public static class NodeIdRule
{
    private const uint Polynomial = 0x82F63B78;

    private static ReadOnlySpan<byte> MaskV4 => [0x03, 0x0F, 0x3F, 0xFF];

    private static ReadOnlySpan<byte> MaskV6 => [0x01, 0x03, 0x07, 0x0F, 0x1F, 0x3F, 0x7F, 0xFF];

    /// <summary>Makes an id that fits an address.</summary>
    public static DhtId Make(InternetAddress address, RandomSource random)
    {
        Span<byte> id = stackalloc byte[DhtId.Length];
        random.Fill(id);
        uint crc = Checksum(address, id[^1]);
        id[0] = (byte)(crc >> 24);
        id[1] = (byte)(crc >> 16);
        id[2] = (byte)((crc >> 8 & 0xF8) | (uint)(id[2] & 7));
        return new DhtId(id);
    }

    /// <summary>Whether an id fits the address it is used at.</summary>
    public static bool Fits(in DhtId id, InternetAddress address)
    {
        if (IsExempt(address))
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[DhtId.Length];
        id.WriteTo(bytes);
        uint crc = Checksum(address, bytes[^1]);
        return bytes[0] == (byte)(crc >> 24) && bytes[1] == (byte)(crc >> 16) && (bytes[2] & 0xF8) == (byte)(crc >> 8 & 0xF8);
    }

    /// <summary>Whether an address is local and so carries any id.</summary>
    public static bool IsExempt(InternetAddress address)
    {
        if (!address.IsV4)
        {
            Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
            address.WriteTo(bytes);
            return address.IsLoopback || address.IsLinkLocalV6 || (bytes[0] & 0xFE) == 0xFC;
        }

        uint value = address.V4Value;
        return value >> 24 is 10 or 127 || value >> 20 == 0xAC1 || value >> 16 is 0xC0A8 or 0xA9FE;
    }

    private static uint Checksum(InternetAddress address, byte salt)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        address.WriteTo(bytes);
        ReadOnlySpan<byte> mask = address.IsV4 ? MaskV4 : MaskV6;
        for (int i = 0; i < mask.Length; i++)
        {
            bytes[i] &= mask[i];
        }

        bytes[0] |= (byte)((salt & 7) << 5);
        uint crc = uint.MaxValue;
        foreach (byte value in bytes[..mask.Length])
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }
        }

        return ~crc;
    }
}
