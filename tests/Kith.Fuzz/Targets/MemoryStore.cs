using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;

namespace Kith.Fuzz.Targets;

/// <summary>A node's store that keeps nothing beyond the process.</summary>
internal sealed class MemoryStore : INodeStore
{
    private readonly SortedDictionary<NetworkId, List<ReadOnlyMemory<byte>>> _networks = [];
    private readonly Dictionary<string, byte[]> _documents = [];

    public IEnumerable<NetworkId> Networks => _networks.Keys;

    public StoreResult AppendStatements(NetworkId network, IReadOnlyList<ReadOnlyMemory<byte>> statements)
    {
        if (!_networks.TryGetValue(network, out List<ReadOnlyMemory<byte>>? kept))
        {
            _networks[network] = kept = [];
        }

        kept.AddRange(statements);
        return StoreResult.Ok;
    }

    public IEnumerable<ReadOnlyMemory<byte>> ReadStatements(NetworkId network) => _networks.GetValueOrDefault(network) ?? [];

    public StoreResult RemoveNetwork(NetworkId network)
    {
        _networks.Remove(network);
        return StoreResult.Ok;
    }

    public StoreResult ReplaceDocument(string name, ReadOnlySpan<byte> content)
    {
        _documents[name] = content.ToArray();
        return StoreResult.Ok;
    }

    public bool TryReadDocument(string name, [NotNullWhen(true)] out byte[]? content) => _documents.TryGetValue(name, out content);
}
