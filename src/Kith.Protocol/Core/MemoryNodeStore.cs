using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Identity;

namespace Kith.Protocol.Core;

/// <summary>A store that forgets when the process ends: for tests, the simulator and nodes that are not to leave a trace. Can be told to be full.</summary>
public sealed class MemoryNodeStore : INodeStore
{
    private readonly SortedDictionary<NetworkId, List<ReadOnlyMemory<byte>>> _statements = [];
    private readonly Dictionary<string, byte[]> _documents = [];

    /// <summary>Whether every write is answered with <see cref="StoreOutcome.Full"/>.</summary>
    public bool IsFull { get; set; }

    /// <inheritdoc/>
    public IEnumerable<NetworkId> Networks => _statements.Keys;

    /// <inheritdoc/>
    public StoreResult AppendStatements(NetworkId network, IReadOnlyList<ReadOnlyMemory<byte>> statements)
    {
        ArgumentNullException.ThrowIfNull(statements);
        if (IsFull)
        {
            return StoreResult.Full("the store was told to be full");
        }

        if (!_statements.TryGetValue(network, out List<ReadOnlyMemory<byte>>? kept))
        {
            _statements[network] = kept = [];
        }

        kept.AddRange(statements.Select(statement => (ReadOnlyMemory<byte>)statement.ToArray()));
        return StoreResult.Ok;
    }

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> ReadStatements(NetworkId network) => _statements.GetValueOrDefault(network) ?? [];

    /// <inheritdoc/>
    public StoreResult RemoveNetwork(NetworkId network)
    {
        _statements.Remove(network);
        return StoreResult.Ok;
    }

    /// <inheritdoc/>
    public StoreResult ReplaceDocument(string name, ReadOnlySpan<byte> content)
    {
        if (IsFull)
        {
            return StoreResult.Full("the store was told to be full");
        }

        _documents[name] = content.ToArray();
        return StoreResult.Ok;
    }

    /// <inheritdoc/>
    public bool TryReadDocument(string name, [NotNullWhen(true)] out byte[]? content) => _documents.TryGetValue(name, out content);
}
