using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>How ports are mapped.</summary>
public sealed record PortMapperOptions
{
    /// <summary>What is to be reachable; at most <see cref="PortMappingLimits.WishesMax"/>, the rest is left out.</summary>
    public required IReadOnlyList<MappingWish> Wishes { get; init; }

    /// <summary>A secret of this node that stays the same across restarts (see <see cref="PcpNonce"/>).</summary>
    public required Bytes32 Secret { get; init; }

    /// <summary>The protocols that are tried.</summary>
    public MappingProtocol Protocols { get; init; } = MappingProtocol.All;

    /// <summary>The lifetime that is asked for.</summary>
    public TimeSpan Lifetime { get; init; } = PortMappingLimits.Lifetime;

    /// <summary>What a gateway's owner reads beside the mapping, where the protocol carries it.</summary>
    public string Description { get; init; } = "kith";
}
