using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>Numbers that the specifications fix.</summary>
public static class PortMappingSpecification
{
    /// <summary>The UDP port of PCP and NAT-PMP on the gateway (RFC 6887 section 19.1, RFC 6886 section 3).</summary>
    public const ushort GatewayPort = 5351;

    /// <summary>The UDP port on which clients hear a gateway's announcements (RFC 6887 section 14.1.1, RFC 6886 section 3.2.1).</summary>
    public const ushort AnnouncementPort = 5350;

    /// <summary>The UDP port of SSDP (UPnP Device Architecture 2.0, section 1).</summary>
    public const ushort SsdpPort = 1900;

    /// <summary>First retransmission of PCP (RFC 6887 section 8.1.1, IRT).</summary>
    public static readonly TimeSpan PcpRetransmission = TimeSpan.FromSeconds(3);

    /// <summary>Longest pause between retransmissions of PCP (RFC 6887 section 8.1.1, MRT).</summary>
    public static readonly TimeSpan PcpRetransmissionMax = TimeSpan.FromSeconds(1024);

    /// <summary>First retransmission of NAT-PMP, doubled each time (RFC 6886 section 3.1).</summary>
    public static readonly TimeSpan NatPmpRetransmission = TimeSpan.FromMilliseconds(250);

    /// <summary>Requests of NAT-PMP before a client must conclude that nobody speaks it (RFC 6886 section 3.1).</summary>
    public const int NatPmpAttemptsMax = 9;

    /// <summary>The most that a granted lifetime is believed (RFC 6887 section 15).</summary>
    public static readonly TimeSpan GrantMax = TimeSpan.FromHours(24);

    /// <summary>The most that the lifetime of an error is believed (RFC 6887 section 15).</summary>
    public static readonly TimeSpan RefusalMax = TimeSpan.FromMinutes(30);

    /// <summary>Renewals are never closer together (RFC 6887 section 11.2.1).</summary>
    public static readonly TimeSpan RenewalPauseMin = TimeSpan.FromSeconds(4);

    /// <summary>Clients that hear of a restart by multicast spread their requests over this time (RFC 6887 section 14.1.3).</summary>
    public static readonly TimeSpan AnnouncementSpread = TimeSpan.FromSeconds(5);

    /// <summary>The SSDP group of IPv4.</summary>
    public static readonly InternetAddress SsdpGroupV4 = InternetAddress.FromBytes([239, 255, 255, 250]);

    /// <summary>The SSDP group of IPv6, link-local.</summary>
    public static readonly InternetAddress SsdpGroupLinkV6 = InternetAddress.FromBytes([0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0C]);

    /// <summary>The SSDP group of IPv6, site-local.</summary>
    public static readonly InternetAddress SsdpGroupSiteV6 = InternetAddress.FromBytes([0xFF, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0C]);

    /// <summary>The group of announcements over IPv4: all hosts.</summary>
    public static readonly InternetAddress AnnouncementGroupV4 = InternetAddress.FromBytes([224, 0, 0, 1]);

    /// <summary>The group of announcements over IPv6: all nodes.</summary>
    public static readonly InternetAddress AnnouncementGroupV6 = InternetAddress.FromBytes([0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
}
