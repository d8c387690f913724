using System.Buffers.Binary;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>Endpoints and contacts as the DHT writes them (BEP 5, BEP 32): id (20 bytes) for contacts, address (4 or 16), port (2), one behind the other.</summary>
public static class CompactForm
{
    /// <summary>Bytes of an endpoint of one family.</summary>
    public static int EndpointBytes(bool isV6) => (isV6 ? InternetAddress.V6Bytes : InternetAddress.V4Bytes) + 2;

    /// <summary>Bytes of a contact of one family.</summary>
    public static int ContactBytes(bool isV6) => DhtId.Length + EndpointBytes(isV6);

    /// <summary>Reads an endpoint that is exactly the whole span, 6 or 18 bytes; false if nothing can be sent there.</summary>
    public static bool TryReadEndpoint(ReadOnlySpan<byte> bytes, out InternetEndpoint endpoint)
    {
        endpoint = default;
        if (bytes.Length != EndpointBytes(false) && bytes.Length != EndpointBytes(true))
        {
            return false;
        }

        InternetAddress address = InternetAddress.FromBytes(bytes[..^2]);
        endpoint = new InternetEndpoint(address, BinaryPrimitives.ReadUInt16BigEndian(bytes[^2..]));
        return address.IsV4 == (bytes.Length == EndpointBytes(false)) && EndpointField.IsUnicast(endpoint);
    }

    /// <summary>Writes an endpoint; returns its bytes.</summary>
    public static int Write(Span<byte> destination, in InternetEndpoint endpoint)
    {
        endpoint.Address.WriteTo(destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[endpoint.Address.ByteCount..], endpoint.Port);
        return endpoint.Address.ByteCount + 2;
    }

    /// <summary>Writes a contact; returns its bytes.</summary>
    public static int Write(Span<byte> destination, in DhtContact contact)
    {
        contact.Id.WriteTo(destination);
        return DhtId.Length + Write(destination[DhtId.Length..], contact.Endpoint);
    }

    /// <summary>Reads contacts up to <paramref name="contacts"/>'s room; those that nothing can be sent to are left out. Returns how many.</summary>
    public static int ReadContacts(ReadOnlySpan<byte> bytes, bool isV6, Span<DhtContact> contacts)
    {
        int each = ContactBytes(isV6);
        int count = 0;
        for (; bytes.Length >= each && count < contacts.Length; bytes = bytes[each..])
        {
            if (TryReadEndpoint(bytes[DhtId.Length..each], out InternetEndpoint endpoint))
            {
                contacts[count++] = new DhtContact(new DhtId(bytes[..DhtId.Length]), endpoint);
            }
        }

        return count;
    }
}
