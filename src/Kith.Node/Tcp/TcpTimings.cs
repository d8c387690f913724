namespace Kith.Node.Tcp;

/// <summary>How long things over TCP may take.</summary>
internal static class TcpTimings
{
    /// <summary>From the call to an open WebSocket: TCP, a proxy, TLS, HTTP.</summary>
    public static readonly TimeSpan Connect = TimeSpan.FromSeconds(10);

    /// <summary>How much later than the one before each further endpoint is tried, unless that one has failed (RFC 8305 section 5).</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>A stranger's TLS handshake, and its request's headers.</summary>
    public static readonly TimeSpan Stranger = TimeSpan.FromSeconds(5);

    /// <summary>A WebSocket that has been silent this long is pinged: under the minute after which the hastiest proxies forget a connection.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(45);

    /// <summary>A ping that is not answered for this long ends the connection.</summary>
    public static readonly TimeSpan KeepAliveAnswer = TimeSpan.FromSeconds(15);

    /// <summary>How long connections may take to end when the node stops.</summary>
    public static readonly TimeSpan Stop = TimeSpan.FromSeconds(2);
}
