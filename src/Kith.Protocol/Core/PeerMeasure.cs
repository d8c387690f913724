using Kith.Protocol.Identity;
using Kith.Protocol.Paths;

namespace Kith.Protocol.Core;

/// <summary>What was counted of one member.</summary>
/// <param name="Node">The member.</param>
/// <param name="Path">The kind of path its data takes now, or null while it cannot be reached.</param>
/// <param name="BytesSent">Bytes of UDP payload sent to it since it was known.</param>
/// <param name="BytesReceived">Bytes of UDP payload received from it and authenticated.</param>
public readonly record struct PeerMeasure(NodeId Node, PathKind? Path, long BytesSent, long BytesReceived);
