namespace Kith.Node.Control;

/// <summary>A running node and all it is in; what `kith status --json` prints.</summary>
/// <param name="Node">The node itself.</param>
/// <param name="Networks">Its networks, by name.</param>
public sealed record NodeStatus(NodeSummary Node, IReadOnlyList<NetworkStatus> Networks);
