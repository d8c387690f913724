using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Sources;

/// <summary>How it stands with one way of finding members.</summary>
/// <param name="Source">Which.</param>
/// <param name="Name">Which one, where there may be several: a tracker, a name; else empty.</param>
/// <param name="IsOn">Whether it is used.</param>
/// <param name="Asked">When something was last asked of it.</param>
/// <param name="Answered">When it last said anything.</param>
/// <param name="Next">When it is asked next; <see cref="Instant.Never"/> where nothing is due.</param>
/// <param name="Said">What it last said, in a few words.</param>
/// <param name="IsFailing">Whether something is wrong with it.</param>
/// <param name="Advice">What a person could do, or null.</param>
public sealed record SourceState(DiscoverySource Source, string Name, bool IsOn, Instant? Asked, Instant? Answered, Instant Next, string Said, bool IsFailing = false, string? Advice = null);
