using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Nat;

/// <summary>As one remote endpoint sees us.</summary>
/// <param name="Remote">Where our packets went.</param>
/// <param name="Outside">Where they were seen to come from.</param>
/// <param name="First">When the first packet that was seen so was sent: by it, mappings are put in the order in which they were made.</param>
/// <param name="Last">When this was last confirmed.</param>
internal readonly record struct NatObservation(InternetEndpoint Remote, InternetEndpoint Outside, Instant First, Instant Last)
{
    /// <summary>Whether both can have been true at one moment, give or take. If not, one mapping may simply have followed the other.</summary>
    public bool OverlapsWith(in NatObservation other, TimeSpan tolerance) => Last + tolerance >= other.First && other.Last + tolerance >= First;
}
