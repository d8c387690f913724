namespace Kith.Protocol.Paths.PortMapping;

/// <summary>Named maxima and times of port mapping that are Kith's own choice.</summary>
public static class PortMappingLimits
{
    /// <summary>Gateways asked, counting a gateway once for each of our addresses behind it.</summary>
    public const int GatewaysMax = 4;

    /// <summary>Ports that are mapped.</summary>
    public const int WishesMax = 4;

    /// <summary>Datagrams and HTTP requests waiting to be taken; above it the newest are dropped, as on any network.</summary>
    public const int OutboxMax = 64;

    /// <summary>The longest datagram that is sent or read, in bytes.</summary>
    public const int DatagramBytesMax = 2048;

    /// <summary>The longest body of an HTTP answer that is read, in bytes.</summary>
    public const int HttpBodyBytesMax = 128 * 1024;

    /// <summary>PCP requests without an answer before the gateway counts as not speaking it; they fill 45 s.</summary>
    public const int PcpAttemptsMax = 4;

    /// <summary>Searches by SSDP without an answer before the gateway counts as not speaking UPnP; they fill 15 s.</summary>
    public const int SearchAttemptsMax = 4;

    /// <summary>Outside ports that are tried one after the other when UPnP says that one is taken.</summary>
    public const int ConflictsMax = 8;

    /// <summary>The lifetime that is asked for (RFC 6886 section 3.3 and RFC 6887 section 11.2.1 suggest it).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);

    /// <summary>How long NAT-PMP waits for PCP, which can do more, before it maps.</summary>
    public static readonly TimeSpan NatPmpHeadStart = TimeSpan.FromMilliseconds(500);

    /// <summary>How long UPnP waits for the other two.</summary>
    public static readonly TimeSpan UpnpHeadStart = TimeSpan.FromMilliseconds(1500);

    /// <summary>How often a gateway with a mapping is asked whether it has restarted, and UPnP whether the mapping is still there.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromMinutes(5);

    /// <summary>Checks that others can bring about are no closer together.</summary>
    public static readonly TimeSpan CheckPause = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer to a check may take, and how many may be missing before the mappings are asked for anew: it may be another router at the same address.</summary>
    public static readonly TimeSpan CheckPatience = TimeSpan.FromSeconds(3);

    /// <inheritdoc cref="CheckPatience"/>
    public const int ChecksMissedMax = 3;

    /// <summary>When a gateway that has answered before and does so no more is asked again: it may be starting.</summary>
    public static readonly TimeSpan SilenceRetry = TimeSpan.FromMinutes(1);

    /// <summary>When a protocol that nobody answered is tried again.</summary>
    public static readonly TimeSpan AbsentRetry = TimeSpan.FromMinutes(17);

    /// <summary>The least pause after a refusal.</summary>
    public static readonly TimeSpan RefusalMin = TimeSpan.FromSeconds(30);

    /// <summary>How long a mapping that the gateway has probably forgotten is still told of while it is asked for anew.</summary>
    public static readonly TimeSpan LossGrace = TimeSpan.FromSeconds(10);

    /// <summary>How long the end waits for the gateway to confirm that mappings are removed.</summary>
    public static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(1);
}
