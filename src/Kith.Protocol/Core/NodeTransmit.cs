using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>One packet that the core hands back; its bytes lie at the front of the caller's buffer.</summary>
/// <param name="Kind">Where it goes.</param>
/// <param name="Endpoint">The destination, for datagrams and unicast answers.</param>
/// <param name="Length">Bytes used of the buffer.</param>
public readonly record struct NodeTransmit(NodeTransmitKind Kind, InternetEndpoint Endpoint, int Length);
