using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core.Nuisances;

/// <summary>How often a member did what it should not.</summary>
/// <param name="Node">The member.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Count">How often, since this node started.</param>
/// <param name="Last">When it did it last.</param>
public sealed record Nuisance(NodeId Node, NuisanceKind Kind, long Count, Instant Last);
