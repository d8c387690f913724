namespace Kith.Protocol.Core;

/// <summary>Named maxima of what applications may have on the user-space stack. What lies above one is refused.</summary>
public static class ApplicationLimits
{
    /// <summary>The first port that is taken where none is named, on a node without a TUN device.</summary>
    public const ushort EphemeralPortFirst = 16384;

    /// <summary>TCP connections of one node, the core's own included.</summary>
    public const int ConnectionsMax = 16384;

    /// <summary>TCP ports that are listened on.</summary>
    public const int ListenersMax = 256;

    /// <summary>UDP ports that are bound.</summary>
    public const int BindingsMax = 256;

    /// <summary>Connections of one listener that may be half-open or not yet told to its owner.</summary>
    public const int BacklogMax = 256;

    /// <summary>
    /// Bytes that one connection may buffer each way: what a path of 100 ms holds at 300 Mbit/s, twice, because a lost packet takes a round trip to repeat.
    /// </summary>
    public const int StreamBytesMax = 8 << 20;

    /// <summary>Bytes that all connections of one node may buffer in the stack.</summary>
    public const long BufferedBytesMax = 128L << 20;
}
