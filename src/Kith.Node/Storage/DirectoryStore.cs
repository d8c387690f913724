using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Tunnel.Files;

namespace Kith.Node.Storage;

/// <summary>
/// The store in a state directory: one append-only file per network under <c>networks/</c>, one file per document under <c>documents/</c>.
/// All files are checked when the store is opened. What is damaged is set aside as it is, told of, and gone on without: of statements all that are whole are
/// kept, and a document is as if it had never been. Not thread-safe.
/// </summary>
internal sealed class DirectoryStore : INodeStore, IDisposable
{
    /// <summary>The most networks that one node keeps.</summary>
    public const int NetworksMax = 64;

    private const string StatementsSuffix = ".statements";

    private readonly StateDirectory _directory;
    private readonly SortedDictionary<NetworkId, StatementFile> _files = [];
    private readonly HashSet<NetworkId> _salvaged = [];
    private readonly DamagedFiles _damaged;

    private DirectoryStore(StateDirectory directory)
    {
        _directory = directory;
        _damaged = new DamagedFiles(directory.DamagedPath);
    }

    private static ReadOnlySpan<byte> DocumentKind => "KithDoc\x01"u8;

    /// <inheritdoc/>
    public IEnumerable<NetworkId> Networks => [.. _files.Keys];

    /// <summary>What was damaged since the store was opened.</summary>
    public IReadOnlyList<StateDamage> Damages => _damaged.Found;

    /// <summary>The names of all damaged files that were ever set aside and still lie there.</summary>
    public IReadOnlyList<string> SetAside => _damaged.Names();

    /// <summary>Opens the store of a state directory and checks every file in it.</summary>
    /// <exception cref="StateDamagedException">A file is not as it was written and cannot be gone on without, or too many are set aside; it is left as it is.</exception>
    /// <exception cref="StateNotWritableException">A file could not be read, or an unfinished write not be cleared away.</exception>
    public static DirectoryStore Open(StateDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        DirectoryStore store = new(directory);
        try
        {
            foreach (string path in Directory.GetFiles(directory.DocumentsPath).Where(static path => !AtomicFile.IsTemporary(path)))
            {
                store.TryReadFile(path, out _);
            }

            foreach (string path in Directory.GetFiles(directory.NetworksPath, "*" + StatementsSuffix))
            {
                store.OpenFile(path);
            }

            return store;
        }
        catch (Exception error)
        {
            store.Dispose();
            if (StorageErrors.IsStorage(error))
            {
                throw new StateNotWritableException(directory.Path, error.Message.TrimEnd('.'), error);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public StoreResult AppendStatements(NetworkId network, IReadOnlyList<ReadOnlyMemory<byte>> statements)
    {
        ArgumentNullException.ThrowIfNull(statements);
        if (statements.Any(static statement => statement.Length > MembershipLimits.StatementBytesMax))
        {
            throw new ArgumentException("A statement is too large.", nameof(statements));
        }

        if (!_files.TryGetValue(network, out StatementFile? file))
        {
            StoreResult created = CreateFile(network, out file);
            if (file is null)
            {
                return created;
            }
        }

        return statements.Count == 0 ? StoreResult.Ok : file.Append(statements);
    }

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> ReadStatements(NetworkId network) =>
        _files.TryGetValue(network, out StatementFile? file) ? file.ReadAll() : [];

    /// <inheritdoc/>
    public bool IsSalvaged(NetworkId network) => _salvaged.Contains(network);

    /// <inheritdoc/>
    public StoreResult RemoveNetwork(NetworkId network)
    {
        string path = StatementsPath(network);
        try
        {
            File.Delete(path);
            if (_files.Remove(network, out StatementFile? file))
            {
                file.Dispose();
            }

            DirectoryFlush.Flush(_directory.NetworksPath);
            return StoreResult.Ok;
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            return StorageErrors.ToResult(path, error);
        }
    }

    /// <inheritdoc/>
    public StoreResult ReplaceDocument(string name, ReadOnlySpan<byte> content)
    {
        if (content.Length > INodeStore.DocumentBytesMax)
        {
            throw new ArgumentException("The document is too large.", nameof(content));
        }

        string path = DocumentPath(name);
        try
        {
            AtomicFile.Replace(path, DocumentKind, content);
            return StoreResult.Ok;
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            return StorageErrors.ToResult(path, error);
        }
    }

    /// <inheritdoc/>
    public bool TryReadDocument(string name, [NotNullWhen(true)] out byte[]? content) =>
        TryReadFile(DocumentPath(name), out content);

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (StatementFile file in _files.Values)
        {
            file.Dispose();
        }

        _files.Clear();
    }

    private void OpenFile(string path)
    {
        if (!NetworkId.TryParse(Path.GetFileNameWithoutExtension(path), out NetworkId network))
        {
            throw new StateDamagedException(path, "its name is not that of a network");
        }

        try
        {
            _files.Add(network, StatementFile.Open(path, network, DiskFile.Open(path)));
        }
        catch (StateDamagedException damage)
        {
            Salvage(network, damage);
            _files.Add(network, StatementFile.Open(path, network, DiskFile.Open(path)));
        }
    }

    // The copy is there before the file is replaced: whenever the power fails, one of them has all that could be read.
    private void Salvage(NetworkId network, StateDamagedException damage)
    {
        List<ReadOnlyMemory<byte>> whole;
        using (DiskFile file = DiskFile.Open(damage.Path))
        {
            whole = StatementRecord.Salvage(file, StatementFile.HeaderBytes);
        }

        _damaged.SetAside(damage, string.Create(CultureInfo.InvariantCulture, $"{whole.Count} statements in it are whole and kept; what is missing is fetched from members"));
        StatementFile.Create(damage.Path, network, whole);
        _salvaged.Add(network);
    }

    private bool TryReadFile(string path, [NotNullWhen(true)] out byte[]? content)
    {
        try
        {
            return AtomicFile.TryRead(path, DocumentKind, INodeStore.DocumentBytesMax, out content);
        }
        catch (StateDamagedException damage)
        {
            _damaged.SetAside(damage, "the node goes on without what it held");
            File.Delete(path);
            DirectoryFlush.Flush(_directory.DocumentsPath);
            content = null;
            return false;
        }
    }

    private StoreResult CreateFile(NetworkId network, out StatementFile? file)
    {
        file = null;
        string path = StatementsPath(network);
        if (_files.Count >= NetworksMax)
        {
            return StoreResult.Failed($"A node keeps at most {NetworksMax} networks. Leave one first.");
        }

        try
        {
            StatementFile.Create(path, network);
            OpenFile(path);
            file = _files[network];
            return StoreResult.Ok;
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            return StorageErrors.ToResult(path, error);
        }
    }

    private string StatementsPath(NetworkId network) => Path.Combine(_directory.NetworksPath, network + StatementsSuffix);

    private string DocumentPath(string name)
    {
        bool sound = name is { Length: > 0 and <= INodeStore.DocumentNameLengthMax }
            && char.IsAsciiLetterOrDigit(name[0])
            && name.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '.')
            && !AtomicFile.IsTemporary(name);
        return sound ? Path.Combine(_directory.DocumentsPath, name) : throw new ArgumentException("This is no name for a document.", nameof(name));
    }
}
