namespace Kith.Protocol.Netstack;

/// <summary>Sizes, times and maxima of a <see cref="NetworkStack"/>. The defaults suit a node's control traffic and a few busy streams.</summary>
public sealed record NetworkStackOptions
{
    /// <summary>The smallest MTU the stack works with: what IPv6 guarantees (RFC 8200 section 5).</summary>
    public const int MtuMin = 1280;

    /// <summary>The largest MTU the stack works with.</summary>
    public const int MtuMax = 65535;

    /// <summary>Bytes of the largest IP packet that may leave in one piece. Default 1420.</summary>
    public int Mtu { get; init; } = 1420;

    /// <summary>Whether <see cref="NetworkStack.TryGetPacket"/> may give out TCP segments of up to 64 KiB for the caller to cut. Default off.</summary>
    public bool LargeSegments { get; init; }

    /// <summary>What decides how fast connections send. Default CUBIC.</summary>
    public CongestionControlKind CongestionControl { get; init; }

    /// <summary>Bytes that one connection's send buffer may hold. Default 4 MiB.</summary>
    public int SendBufferBytesMax { get; init; } = 4 << 20;

    /// <summary>Bytes that one connection's receive window may grow to. Default 4 MiB, at most 1 GiB.</summary>
    public int ReceiveBufferBytesMax { get; init; } = 4 << 20;

    /// <summary>Bytes that all connections together may buffer. Default 64 MiB; beyond it streams stand still rather than grow.</summary>
    public long BufferedBytesMax { get; init; } = 64L << 20;

    /// <summary>TCP connections that may exist at once, half-open ones included, TIME-WAIT not. Default 4096.</summary>
    public int ConnectionsMax { get; init; } = 4096;

    /// <summary>Connections that may be half-open (SYN received, not yet answered) at once; one more pushes out the oldest. Default 256.</summary>
    public int HalfOpenMax { get; init; } = 256;

    /// <summary>Entries of the TIME-WAIT table; one more pushes out the oldest. Default 1024.</summary>
    public int TimeWaitMax { get; init; } = 1024;

    /// <summary>Listeners that may exist at once. Default 64.</summary>
    public int ListenersMax { get; init; } = 64;

    /// <summary>The first of the ports, up to 65535, from which one is taken where none is named. Default 61000, above those that Linux uses itself.</summary>
    public ushort EphemeralPortFirst { get; init; } = NetworkStack.EphemeralPortFirst;

    /// <summary>UDP bindings that may exist at once. Default 64.</summary>
    public int BindingsMax { get; init; } = 64;

    /// <summary>Local addresses that may exist at once. Default 256.</summary>
    public int AddressesMax { get; init; } = 256;

    /// <summary>How long a closed connection's place is kept against late segments. Default 10 s: twice the longest a packet lives in a small network.</summary>
    public TimeSpan TimeWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an attempt to connect goes on without an answer. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long sent data may stay without any acknowledgment before the connection is given up (RFC 9293 section 3.8.3). Default 120 s.</summary>
    public TimeSpan UserTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>After how long without a segment from the peer it is probed; zero (the default) is never. Can be set per connection.</summary>
    public TimeSpan KeepAliveIdle { get; init; } = TimeSpan.Zero;

    /// <summary>The time between keepalive probes. Default 15 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many keepalive probes may go without an answer. Default 4.</summary>
    public int KeepAliveProbesMax { get; init; } = 4;

    /// <summary>Whether small segments wait while data is in flight (Nagle's algorithm, RFC 9293 section 3.7.4). Default off.</summary>
    public bool Nagle { get; init; }

    /// <summary>How many resets, ICMP errors and echo replies <see cref="NetworkStack.Refuse"/> sends a second, with as large a burst. Default 100.</summary>
    public int RefusalsPerSecondMax { get; init; } = 100;

    /// <summary>Whether SACK (RFC 2018) is offered and accepted. On unless a test wants NewReno.</summary>
    public bool SelectiveAcknowledgment { get; init; } = true;

    /// <summary>Whether timestamps (RFC 7323) are offered and accepted.</summary>
    public bool Timestamps { get; init; } = true;
}
