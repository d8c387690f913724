using System.Net;

namespace Kith.Apps.Proxying;

/// <summary>How a proxy runs.</summary>
public sealed record ProxyOptions
{
    /// <summary>The port that SOCKS has unless told otherwise (RFC 1928 section 3).</summary>
    public const int SocksPortDefault = 1080;

    /// <summary>The port that the HTTP proxy has unless told otherwise, as other proxies do.</summary>
    public const int HttpPortDefault = 3128;

    /// <summary>The port for SOCKS 5; 0 for any free one, null for none.</summary>
    public int? SocksPort { get; init; } = SocksPortDefault;

    /// <summary>The port for HTTP; 0 for any free one, null for none.</summary>
    public int? HttpPort { get; init; } = HttpPortDefault;

    /// <summary>Where it listens; empty for loopback of both families.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Whether what is no device of the network is connected to straight from this machine. Otherwise it is refused.</summary>
    public bool SendsRestStraight { get; init; }
}
