using Kith.Protocol.Core;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Node.Explaining;

/// <summary>What an explanation is made of. Read on the core's loop.</summary>
/// <param name="Device">The device as <c>name.network</c>.</param>
/// <param name="Peer">What the core knows of it.</param>
/// <param name="Own">What it knows of this device's translators.</param>
/// <param name="Now">Both clocks.</param>
/// <param name="NameOfHop">The name of the member that a relayed way leads through first.</param>
internal sealed record WhySubject(string Device, PeerExplanation Peer, NatReport Own, ClockReading Now, Func<InternetEndpoint, string?> NameOfHop)
{
    /// <summary>The peer's class: what it said in its last call, or in its record.</summary>
    public NatClass PeerClass => Peer.Punching is { PeerNat: not NatClass.Unknown } punching ? punching.PeerNat : Peer.Record?.Nat ?? NatClass.Unknown;

    /// <summary>A moment of the monotonic clock as people read it.</summary>
    public DateTimeOffset? ToTime(Instant? instant) =>
        instant is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(Now.WallMilliseconds) - (Now.Monotonic - at) : null;
}
