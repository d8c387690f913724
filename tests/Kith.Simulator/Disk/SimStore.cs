using System.Diagnostics.CodeAnalysis;
using Kith.Node.Storage;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;

namespace Kith.Simulator.Disk;

/// <summary>
/// A node's memory on a simulated disk: statements through the node's own <see cref="StatementFile"/>, documents in the format and by the steps of its
/// <see cref="AtomicFile"/>: write, sync, rename, sync.
/// </summary>
internal sealed class SimStore : INodeStore
{
    private const string NetworkPrefix = "network-";
    private const string DocumentPrefix = "document-";
    private const string TemporarySuffix = ".new";

    private readonly SimDisk _disk;
    private readonly SortedDictionary<NetworkId, StatementFile> _files = [];

    /// <summary>Opens what a disk holds; what a crash left torn is cut off.</summary>
    /// <exception cref="StateDamagedException">Something that was acknowledged is not as it was written.</exception>
    /// <exception cref="DiskErrorException">The disk failed.</exception>
    public SimStore(SimDisk disk)
    {
        _disk = disk;
        foreach (string name in disk.Names.Where(name => name.StartsWith(NetworkPrefix, StringComparison.Ordinal) && !AtomicFile.IsTemporary(name)))
        {
            Open(name, new NetworkId(Convert.FromHexString(name.AsSpan(NetworkPrefix.Length))));
        }
    }

    private static ReadOnlySpan<byte> DocumentKind => "KithDoc\x01"u8;

    /// <inheritdoc/>
    public IEnumerable<NetworkId> Networks => [.. _files.Keys];

    /// <inheritdoc/>
    public StoreResult AppendStatements(NetworkId network, IReadOnlyList<ReadOnlyMemory<byte>> statements)
    {
        if (!_files.TryGetValue(network, out StatementFile? file))
        {
            string name = FileName(network);
            try
            {
                Publish(name, StatementFile.NewFile(network));
                file = Open(name, network);
            }
            catch (IOException error)
            {
                return StorageErrors.ToResult(name, error);
            }
        }

        return statements.Count == 0 ? StoreResult.Ok : file.Append(statements);
    }

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> ReadStatements(NetworkId network) => _files.TryGetValue(network, out StatementFile? file) ? file.ReadAll() : [];

    /// <inheritdoc/>
    public StoreResult RemoveNetwork(NetworkId network)
    {
        try
        {
            _disk.Delete(FileName(network));
            _files.Remove(network);
            _disk.SyncDirectory();
            return StoreResult.Ok;
        }
        catch (IOException error)
        {
            return StorageErrors.ToResult(FileName(network), error);
        }
    }

    /// <inheritdoc/>
    public StoreResult ReplaceDocument(string name, ReadOnlySpan<byte> content)
    {
        try
        {
            Publish(DocumentPrefix + name, AtomicFile.Encode(DocumentKind, content));
            return StoreResult.Ok;
        }
        catch (IOException error)
        {
            return StorageErrors.ToResult(name, error);
        }
    }

    /// <inheritdoc/>
    public bool TryReadDocument(string name, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        if (!_disk.Names.Contains(DocumentPrefix + name))
        {
            return false;
        }

        return AtomicFile.TryDecode(_disk.Read(DocumentPrefix + name), DocumentKind, out content) ? true : throw new StateDamagedException(name, "its checksum is wrong");
    }

    private static string FileName(NetworkId network) => NetworkPrefix + network.Value;

    private StatementFile Open(string name, NetworkId network) => _files[network] = StatementFile.Open(name, network, new SimStoreFile(_disk, name));

    private void Publish(string name, ReadOnlySpan<byte> bytes)
    {
        string temporary = name + TemporarySuffix;
        try
        {
            _disk.Delete(temporary);
            _disk.Append(temporary, bytes);
            _disk.Sync(temporary);
            _disk.Rename(temporary, name);
        }
        catch (IOException)
        {
            TryDelete(temporary);
            throw;
        }

        _disk.SyncDirectory();
    }

    private void TryDelete(string name)
    {
        try
        {
            _disk.Delete(name);
        }
        catch (IOException)
        {
            // As the node does: it takes room and does no harm.
        }
    }
}
