using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht.Routing;

/// <summary>The network an address lies in, as far as one owner is likely to have it whole: /24 of IPv4, /48 of IPv6.</summary>
internal static class NetworkPrefix
{
    /// <summary>The prefix as a number; those of different families differ.</summary>
    public static ulong Of(InternetAddress address)
    {
        if (address.IsV4)
        {
            return address.V4Value >> 8;
        }

        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        address.WriteTo(bytes);
        return (1UL << 63) | (System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
    }
}
