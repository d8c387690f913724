using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>One resource record (RFC 1035 section 4.1.3). Names within the data are held without compression.</summary>
/// <param name="Name">The owner.</param>
/// <param name="Type">The type.</param>
/// <param name="Class">The class with, in multicast DNS, the top bit for "this is all there is" (RFC 6762 section 10.2).</param>
/// <param name="TimeToLiveSeconds">How long it may be kept; zero takes it back.</param>
/// <param name="Data">What it says, in wire form.</param>
public sealed record DnsRecord(DnsName Name, DnsType Type, ushort Class, uint TimeToLiveSeconds, byte[] Data)
{
    /// <summary>The Internet's class.</summary>
    public const ushort ClassInternet = 1;

    /// <summary>Every class; in questions only.</summary>
    public const ushort ClassAny = 255;

    /// <summary>The bit that multicast DNS took from the class.</summary>
    public const ushort ClassFlag = 0x8000;

    private const int ServiceHeaderBytes = 6;

    /// <summary>A record that points at a name.</summary>
    public static DnsRecord Pointer(DnsName name, uint timeToLiveSeconds, DnsName target, ushort dnsClass = ClassInternet) =>
        new(name, DnsType.Pointer, dnsClass, timeToLiveSeconds, target.Wire.ToArray());

    /// <summary>A record of an address, A or AAAA as its family is.</summary>
    public static DnsRecord ForAddress(DnsName name, uint timeToLiveSeconds, InternetAddress address, ushort dnsClass = ClassInternet)
    {
        byte[] data = new byte[address.ByteCount];
        address.WriteTo(data);
        return new DnsRecord(name, address.IsV4 ? DnsType.A : DnsType.Aaaa, dnsClass, timeToLiveSeconds, data);
    }

    /// <summary>A record of a service's host and port (RFC 2782); priority and weight are zero.</summary>
    public static DnsRecord ForService(DnsName name, uint timeToLiveSeconds, ushort port, DnsName host, ushort dnsClass = ClassInternet)
    {
        byte[] data = new byte[ServiceHeaderBytes + host.Wire.Length];
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), port);
        host.Wire.CopyTo(data.AsSpan(ServiceHeaderBytes));
        return new DnsRecord(name, DnsType.Service, dnsClass, timeToLiveSeconds, data);
    }

    /// <summary>The name that a pointer names.</summary>
    public bool TryGetPointer([NotNullWhen(true)] out DnsName? target)
    {
        target = null;
        int position = 0;
        return Type == DnsType.Pointer && DnsName.TryRead(Data, ref position, out target) && position == Data.Length;
    }

    /// <summary>The port and host of a service.</summary>
    public bool TryGetService(out ushort port, [NotNullWhen(true)] out DnsName? host)
    {
        port = 0;
        host = null;
        if (Type != DnsType.Service || Data.Length <= ServiceHeaderBytes)
        {
            return false;
        }

        int position = ServiceHeaderBytes;
        port = BinaryPrimitives.ReadUInt16BigEndian(Data.AsSpan(4));
        return DnsName.TryRead(Data, ref position, out host) && position == Data.Length;
    }

    /// <summary>Same content; data is compared byte by byte.</summary>
    public bool Equals(DnsRecord? other) => other is not null && Name.Equals(other.Name) && Type == other.Type && Class == other.Class
        && TimeToLiveSeconds == other.TimeToLiveSeconds && Data.AsSpan().SequenceEqual(other.Data);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Class, TimeToLiveSeconds, Data.Length);
}
