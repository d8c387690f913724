using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>
/// An endpoint inside a message: family (1 byte: 4 or 6), address (4 or 16 bytes), port (2 bytes). The scope of a link-local
/// address means nothing on another machine and is never written.
/// </summary>
public static class EndpointField
{
    /// <summary>The longest encoding in bytes.</summary>
    public const int BytesMax = 1 + InternetAddress.V6Bytes + 2;

    private const byte FamilyV4 = 4;
    private const byte FamilyV6 = 6;

    /// <summary>Whether datagrams can be sent there at all: a port, and an address that is neither unspecified nor multicast nor broadcast nor a <see cref="PathAddress"/>.</summary>
    public static bool IsUnicast(InternetEndpoint endpoint)
    {
        InternetAddress address = endpoint.Address;
        return endpoint.Port != 0 && !address.IsNone && !address.IsMulticast && !PathAddress.IsSpecial(endpoint) && !(address.IsV4 && (address.V4Value >> 24 == 0 || address.V4Value == uint.MaxValue));
    }

    /// <summary>Reads an endpoint; false if it is cut short, of an unknown family, or an IPv4 address written as IPv6.</summary>
    public static bool TryRead(ref SpanReader reader, out InternetEndpoint endpoint)
    {
        endpoint = default;
        if (!reader.TryReadByte(out byte family) || family is not (FamilyV4 or FamilyV6)
            || !reader.TryReadBytes(family == FamilyV4 ? InternetAddress.V4Bytes : InternetAddress.V6Bytes, out ReadOnlySpan<byte> bytes)
            || !reader.TryReadUInt16(out ushort port))
        {
            return false;
        }

        InternetAddress address = InternetAddress.FromBytes(bytes);
        endpoint = new InternetEndpoint(address, port);
        return address.IsV4 == (family == FamilyV4);
    }

    /// <summary>Writes an endpoint without its scope.</summary>
    public static void Write(ref SpanWriter writer, InternetEndpoint endpoint)
    {
        writer.WriteByte(endpoint.Address.IsV4 ? FamilyV4 : FamilyV6);
        endpoint.Address.WriteTo(writer.Take(endpoint.Address.ByteCount));
        writer.WriteUInt16(endpoint.Port);
    }
}
