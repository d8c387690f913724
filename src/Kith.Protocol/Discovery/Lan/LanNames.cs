using Kith.Protocol.Discovery.Dns;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>The names and numbers of multicast DNS and of our service in it (RFC 6762, RFC 6763).</summary>
public static class LanNames
{
    /// <summary>The port of multicast DNS.</summary>
    public const ushort Port = 5353;

    /// <summary>Our service.</summary>
    public static DnsName Service { get; } = DnsName.Parse("_kith._udp.local");

    /// <summary>Where all services of a link are listed (RFC 6763 section 9).</summary>
    public static DnsName ServiceTypes { get; } = DnsName.Parse("_services._dns-sd._udp.local");

    /// <summary>The domain of names that are valid on one link.</summary>
    public static DnsName Local { get; } = DnsName.Parse("local");

    /// <summary>The IPv4 group.</summary>
    public static Wire.InternetAddress GroupV4 { get; } = Wire.InternetAddress.FromBytes([224, 0, 0, 251]);

    /// <summary>The IPv6 group.</summary>
    public static Wire.InternetAddress GroupV6 { get; } = Wire.InternetAddress.FromBytes([0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFB]);
}
