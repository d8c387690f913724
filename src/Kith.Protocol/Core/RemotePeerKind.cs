namespace Kith.Protocol.Core;

/// <summary>What a <see cref="RemotePeer"/> is.</summary>
internal enum RemotePeerKind
{
    /// <summary>A member of a shared network.</summary>
    Member,

    /// <summary>The key of an invite; whoever holds it may reach the join service and nothing else.</summary>
    Invite,

    /// <summary>A member that this node, itself an invite's key for now, joins through.</summary>
    JoinHost,
}
