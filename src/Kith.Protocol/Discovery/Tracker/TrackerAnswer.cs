using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>What a tracker said. All of it is hearsay.</summary>
/// <param name="Interval">When it would like to hear of us again; null in the answer to a scrape.</param>
/// <param name="MinInterval">How often at most, where it says so.</param>
/// <param name="Total">How many it knows under the hash; null where it does not say.</param>
/// <param name="Peers">Addresses, at most <see cref="TrackerLimits.PeersPerAnswerMax"/>; none in the answer to a scrape.</param>
public sealed record TrackerAnswer(TimeSpan? Interval, TimeSpan? MinInterval, int? Total, IReadOnlyList<InternetEndpoint> Peers);
