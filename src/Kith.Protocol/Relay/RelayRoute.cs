namespace Kith.Protocol.Relay;

/// <summary>One way to a member through a neighbour.</summary>
/// <param name="Via">The neighbour's short id.</param>
/// <param name="Hops">Links from the neighbour to the destination: how often the packet is passed on. 1 for a single relay.</param>
/// <param name="Cost">The whole way's cost in microseconds.</param>
/// <param name="Behind">The member after the neighbour; the destination itself for a single relay.</param>
/// <param name="IsDetour">
/// Whether the neighbour's own best way leads back through us, so that it goes on by its second best for what we hand it: good for the moments in which it has not
/// heard yet that our other ways are broken.
/// </param>
/// <param name="IsApart">Whether the way leads past the next hop of our own best way.</param>
public readonly record struct RelayRoute(ulong Via, int Hops, long Cost, ulong Behind, bool IsDetour = false, bool IsApart = false);
