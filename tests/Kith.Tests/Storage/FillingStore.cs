using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;

namespace Kith.Tests.Storage;

/// <summary>A store whose disk is full from some write on, until room is made.</summary>
internal sealed class FillingStore : INodeStore
{
    private readonly MemoryNodeStore _kept = new();

    /// <summary>Writes asked for so far.</summary>
    public int Writes { get; private set; }

    /// <summary>From which write on the disk is full.</summary>
    public int FullFrom { get; set; } = int.MaxValue;

    /// <summary>How many writes were refused.</summary>
    public int Refused { get; private set; }

    public IEnumerable<NetworkId> Networks => _kept.Networks;

    public StoreResult AppendStatements(NetworkId network, IReadOnlyList<ReadOnlyMemory<byte>> statements) =>
        HasRoom() ? _kept.AppendStatements(network, statements) : StoreResult.Full("no room");

    public IEnumerable<ReadOnlyMemory<byte>> ReadStatements(NetworkId network) => _kept.ReadStatements(network);

    // Forgetting takes no room.
    public StoreResult RemoveNetwork(NetworkId network) => _kept.RemoveNetwork(network);

    public StoreResult ReplaceDocument(string name, ReadOnlySpan<byte> content) => HasRoom() ? _kept.ReplaceDocument(name, content) : StoreResult.Full("no room");

    public bool TryReadDocument(string name, [NotNullWhen(true)] out byte[]? content) => _kept.TryReadDocument(name, out content);

    private bool HasRoom()
    {
        bool isFull = Writes++ >= FullFrom;
        Refused += isFull ? 1 : 0;
        return !isFull;
    }
}
