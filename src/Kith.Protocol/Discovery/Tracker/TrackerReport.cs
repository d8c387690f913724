using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>How it stands with a tracker over one family.</summary>
/// <param name="Url">The tracker.</param>
/// <param name="IsV6">Whether over IPv6.</param>
/// <param name="Asked">When it was last asked.</param>
/// <param name="Answered">When it last answered.</param>
/// <param name="Next">When it is asked next.</param>
/// <param name="Addresses">How many addresses it names, over all networks.</param>
/// <param name="Failure">What is wrong; null where nothing is.</param>
/// <param name="Hashes">What it is asked about, 20 bytes each; a tracker that takes only listed hashes must have them in its list.</param>
public sealed record TrackerReport(
    TrackerUrl Url, bool IsV6, Instant? Asked, Instant? Answered, Instant Next, int Addresses, string? Failure, IReadOnlyList<ReadOnlyMemory<byte>> Hashes);
