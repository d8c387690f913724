using System.Globalization;
using System.Text;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>The names under which addresses are looked up: in-addr.arpa (RFC 1035 section 3.5) and ip6.arpa (RFC 3596 section 2.5).</summary>
public static class ReverseName
{
    private const int NibbleBits = 4;

    /// <summary>The name of an address.</summary>
    public static DnsName Of(InternetAddress address) => Of(address, address.ByteCount * 8);

    /// <summary>
    /// The zones that hold a range, cut where names can be cut: at a byte for IPv4, so that a /20 is sixteen of them, and at four bits for IPv6. At most 128.
    /// </summary>
    public static IReadOnlyList<DnsName> ZonesOf(InternetPrefix prefix)
    {
        int unit = prefix.Address.IsV4 ? 8 : NibbleBits;
        int bits = (prefix.Bits + unit - 1) / unit * unit;
        int count = 1 << (bits - prefix.Bits);
        UInt128 first = ToNumber(prefix.Address) >> (TotalBits(prefix.Address) - prefix.Bits) << (bits - prefix.Bits);
        DnsName[] zones = new DnsName[count];
        for (int i = 0; i < count; i++)
        {
            zones[i] = Of(FromNumber((first + (UInt128)i) << (TotalBits(prefix.Address) - bits), prefix.Address.IsV4), bits);
        }

        return zones;
    }

    private static int TotalBits(InternetAddress address) => address.ByteCount * 8;

    private static DnsName Of(InternetAddress address, int bits)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        address.WriteTo(bytes);
        StringBuilder text = new();
        if (address.IsV4)
        {
            for (int i = (bits / 8) - 1; i >= 0; i--)
            {
                text.Append(CultureInfo.InvariantCulture, $"{bytes[i]}.");
            }

            return DnsName.Parse(text + "in-addr.arpa");
        }

        for (int i = (bits / NibbleBits) - 1; i >= 0; i--)
        {
            int nibble = i % 2 == 0 ? bytes[i / 2] >> NibbleBits : bytes[i / 2] & 0xF;
            text.Append(CultureInfo.InvariantCulture, $"{nibble:x}.");
        }

        return DnsName.Parse(text + "ip6.arpa");
    }

    private static UInt128 ToNumber(InternetAddress address)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        int length = address.WriteTo(bytes);
        UInt128 number = UInt128.Zero;
        foreach (byte value in bytes[..length])
        {
            number = (number << 8) | value;
        }

        return number;
    }

    private static InternetAddress FromNumber(UInt128 number, bool isV4)
    {
        Span<byte> bytes = stackalloc byte[isV4 ? InternetAddress.V4Bytes : InternetAddress.V6Bytes];
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            bytes[i] = (byte)number;
            number >>= 8;
        }

        return InternetAddress.FromBytes(bytes);
    }
}
