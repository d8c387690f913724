namespace Kith.Node.Control;

/// <summary>A running node and all it is in; what `kith status --json` prints.</summary>
/// <param name="Node">The node itself.</param>
/// <param name="Networks">Its networks, by name.</param>
/// <param name="Nat">What stands between it and the Internet; null if it did not say.</param>
/// <param name="Upkeep">What it sends by itself; null if it did not say.</param>
/// <param name="Damages">Files of its state that were damaged when it read them; null if none was.</param>
/// <param name="Nuisances">Members that did too much of something since it started, the last first; null if there are none.</param>
public sealed record NodeStatus(
    NodeSummary Node,
    IReadOnlyList<NetworkStatus> Networks,
    NatStatus? Nat = null,
    UpkeepStatus? Upkeep = null,
    IReadOnlyList<DamageStatus>? Damages = null,
    IReadOnlyList<NuisanceStatus>? Nuisances = null);
