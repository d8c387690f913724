using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>How another device is reached now.</summary>
/// <param name="Online">Whether it is reachable.</param>
/// <param name="LastSeen">When something authenticated of it last came, or null if never.</param>
/// <param name="Path">The path that data takes, or null.</param>
/// <param name="Via">The member that the path leads through first, or null for one that leads there itself.</param>
public readonly record struct PeerDescription(bool Online, Instant? LastSeen, PathChoice? Path, NodeId? Via = null);
