using Kith.Protocol.Identity;
using Kith.Protocol.Paths;

namespace Kith.Protocol.Core;

/// <content>What tests look at.</content>
public sealed partial class NodeCore
{
    /// <summary>The table of paths to each member.</summary>
    internal IEnumerable<(NodeId Node, PathTable Paths)> PathTables => _members.Values.Select(peer => (peer.Id, peer.Paths!));
}
