using System.Diagnostics.CodeAnalysis;

namespace Kith.Protocol.Identity;

/// <summary>
/// The newest record of each node, in the order in which they changed, so that who was told everything up to a revision can be told the rest: one number for each
/// listener instead of one for each listener and node. Not thread-safe.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed class NewestByNode<T>
    where T : class
{
    private readonly Dictionary<NodeId, LinkedListNode<Entry>> _byNode = [];
    private readonly LinkedList<Entry> _byChange = new();

    /// <summary>How many nodes have a record.</summary>
    public int Count => _byNode.Count;

    /// <summary>Grows with every change; 0 before the first.</summary>
    public ulong Revision { get; private set; }

    /// <summary>All records, the one that changed longest ago first.</summary>
    public IEnumerable<T> Records => _byChange.Select(static entry => entry.Record);

    /// <summary>The node whose record changed longest ago; there must be one.</summary>
    public NodeId Oldest => _byChange.First!.Value.Node;

    /// <summary>The record of a node.</summary>
    public bool TryGet(NodeId node, [NotNullWhen(true)] out T? record)
    {
        record = _byNode.TryGetValue(node, out LinkedListNode<Entry>? entry) ? entry.Value.Record : null;
        return record is not null;
    }

    /// <summary>Sets a node's record.</summary>
    /// <param name="node">The node.</param>
    /// <param name="record">Its record.</param>
    /// <param name="from">Who told it, and need not be told; null if nobody did.</param>
    public void Put(NodeId node, T record, object? from = null)
    {
        Remove(node);
        _byNode[node] = _byChange.AddLast(new Entry(node, record, from, ++Revision));
    }

    /// <summary>Lets a node's record count as changed, so that those are told to whom it did not matter before.</summary>
    public void Touch(NodeId node)
    {
        if (TryGet(node, out T? record))
        {
            Put(node, record);
        }
    }

    /// <summary>Forgets a node's record.</summary>
    public bool Remove(NodeId node)
    {
        if (!_byNode.Remove(node, out LinkedListNode<Entry>? entry))
        {
            return false;
        }

        _byChange.Remove(entry);
        return true;
    }

    /// <summary>The records that changed after a revision, the last change first, without those that came from <paramref name="to"/> itself.</summary>
    public IEnumerable<T> ChangedSince(ulong revision, object to)
    {
        for (LinkedListNode<Entry>? entry = _byChange.Last; entry is not null && entry.Value.Revision > revision; entry = entry.Previous)
        {
            if (!ReferenceEquals(entry.Value.From, to))
            {
                yield return entry.Value.Record;
            }
        }
    }

    private readonly record struct Entry(NodeId Node, T Record, object? From, ulong Revision);
}
