using System.Collections.Frozen;
using Kith.Protocol.Relay;

namespace Kith.Protocol.Tunnel;

/// <summary>What the packet path needs to take and pass on relay frames. Immutable, part of a <see cref="TunnelSnapshot"/>.</summary>
/// <param name="Self">Our short id: frames for it are opened.</param>
/// <param name="Members">All members by short id; those whose short ids agree are left out.</param>
/// <param name="Forwards">Whether this node passes on frames of others.</param>
public sealed record RelayTable(ulong Self, FrozenDictionary<ulong, RelayMember> Members, bool Forwards)
{
    /// <summary>A table of nobody.</summary>
    public static RelayTable Empty { get; } = new(0, FrozenDictionary<ulong, RelayMember>.Empty, false);

    /// <summary>The same members by the numbers of their links.</summary>
    public FrozenDictionary<int, RelayMember> ByLink { get; } = Members.Values.ToFrozenDictionary(static member => member.Link.Id);

    /// <summary>What this node spends on the frames of others, shared with the core: whoever passes one on takes its bytes first.</summary>
    public RelayBudget Budget { get; init; } = RelayBudget.Unlimited;
}

/// <summary>One member as relay frames name it.</summary>
/// <param name="Link">The member itself; its number stands in the source of a datagram that came through a relay.</param>
/// <param name="Networks">One bit for each of our networks that it is in: frames pass between members that share one.</param>
/// <param name="Next">Whom frames for it are passed on to: the member itself, or the next hop; null if it is out of reach.</param>
/// <param name="Distance">How many hops it is away: 1 for a neighbour. A frame with fewer hops left is dropped.</param>
public sealed record RelayMember(PeerLink Link, uint Networks, PeerLink? Next, byte Distance)
{
    /// <summary>
    /// The networks whose members know the way through <see cref="Next"/>: for a neighbour all, else one. The source, the destination and whoever handed the frame
    /// over must share one of these with each other.
    /// </summary>
    public uint NextNetworks { get; init; } = uint.MaxValue;

    /// <summary>Whether the core knows another way for frames that come from <see cref="Next"/> itself, as their source: those are the core's to pass on.</summary>
    public bool HasDetour { get; init; }
}
