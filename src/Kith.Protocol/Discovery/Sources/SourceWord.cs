using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Sources;

/// <summary>What one source said of one member.</summary>
/// <param name="Source">Which source.</param>
/// <param name="Name">Which one, where there may be several.</param>
/// <param name="Asked">When it was last asked about the member; null for what nobody asks.</param>
/// <param name="SaidAt">When it last said something.</param>
/// <param name="Said">What, in a few words.</param>
public sealed record SourceWord(DiscoverySource Source, string Name, Instant? Asked, Instant? SaidAt, string Said);
