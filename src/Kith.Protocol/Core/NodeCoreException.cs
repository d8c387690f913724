namespace Kith.Protocol.Core;

/// <summary>A command that a node refuses. Nothing was changed.</summary>
public sealed class NodeCoreException(NodeCoreError error, string subject) : Exception(error.ToString())
{
    /// <summary>Why.</summary>
    public NodeCoreError Error { get; } = error;

    /// <summary>What it is about: a name, an id, a line of the store. Never a secret.</summary>
    public string Subject { get; } = subject;
}
