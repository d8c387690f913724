using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>One packet that the core hands back; its bytes lie at the front of the caller's buffer.</summary>
/// <param name="Kind">Where it goes.</param>
/// <param name="Endpoint">The destination, for datagrams and unicast answers.</param>
/// <param name="Length">Bytes used of the buffer.</param>
public readonly record struct NodeTransmit(NodeTransmitKind Kind, InternetEndpoint Endpoint, int Length)
{
    /// <summary>For datagrams: the time to live; 0 for the system's own. A low one opens our own translator without reaching the peer's.</summary>
    public byte Ttl { get; init; }

    /// <summary>For datagrams: whether it must not be fragmented on its way, so that its arrival proves the path's packet size.</summary>
    public bool DontFragment { get; init; }
}
