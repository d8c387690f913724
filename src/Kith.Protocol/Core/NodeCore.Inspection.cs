using Kith.Protocol.Identity;
using Kith.Protocol.Paths;

namespace Kith.Protocol.Core;

/// <content>What tests look at.</content>
public sealed partial class NodeCore
{
    /// <summary>The table of paths to each member.</summary>
    internal IEnumerable<(NodeId Node, PathTable Paths)> PathTables => _members.Values.Select(peer => (peer.Id, peer.Paths!));

    /// <summary>Newcomers that are served, control streams that are open, members that attempts to join call.</summary>
    internal (int Guests, int Streams, int JoinHosts) Counts => (_guests.Count, _syncStreams.Count, _joins.Sum(join => join.Hosts.Count));
}
