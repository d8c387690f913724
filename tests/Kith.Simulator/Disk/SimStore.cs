using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Core;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;

namespace Kith.Simulator.Disk;

/// <summary>
/// A node's memory on a simulated disk, keeping <see cref="INodeStore"/>'s promises: statements in batches that are whole or not there, documents by
/// write, sync, rename, sync. What a crash left torn is cut off when it is opened.
/// </summary>
internal sealed class SimStore : INodeStore
{
    private const string NetworkPrefix = "network-";
    private const string DocumentPrefix = "document-";
    private const string NewDocument = "new";
    private const int HeadBytes = 4 + Blake2s.HashBytes;

    private readonly SimDisk _disk;

    public SimStore(SimDisk disk)
    {
        _disk = disk;
        foreach (string name in disk.Names.Where(name => name.StartsWith(NetworkPrefix, StringComparison.Ordinal)))
        {
            disk.TryRead(name, out byte[]? content);
            int sound = SoundBytes(content, []);
            if (sound != content!.Length)
            {
                disk.Truncate(name, sound);
                disk.Sync(name);
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<NetworkId> Networks => _disk.Names
        .Where(name => name.StartsWith(NetworkPrefix, StringComparison.Ordinal))
        .Select(name => new NetworkId(Convert.FromHexString(name.AsSpan(NetworkPrefix.Length))))
        .Order();

    /// <inheritdoc/>
    public StoreResult AppendStatements(NetworkId network, IReadOnlyList<ReadOnlyMemory<byte>> statements)
    {
        List<byte> payload = [];
        byte[] length = new byte[4];
        foreach (ReadOnlyMemory<byte> statement in statements)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, statement.Length);
            payload.AddRange(length);
            payload.AddRange(statement.Span);
        }

        byte[] body = [.. payload];
        byte[] hash = new byte[Blake2s.HashBytes];
        Blake2s.Hash(body, hash);
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        string name = FileName(network);
        bool isNew = !_disk.TryRead(name, out byte[]? before);
        try
        {
            _disk.Append(name, [.. length, .. hash, .. body]);
            _disk.Sync(name);
            if (isNew)
            {
                _disk.SyncDirectory();
            }

            return StoreResult.Ok;
        }
        catch (DiskFullException)
        {
            if (isNew)
            {
                _disk.Delete(name);
                _disk.SyncDirectory();
            }
            else
            {
                _disk.Truncate(name, before!.Length);
                _disk.Sync(name);
            }

            return StoreResult.Full("the simulated disk is full");
        }
    }

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> ReadStatements(NetworkId network)
    {
        List<ReadOnlyMemory<byte>> statements = [];
        if (_disk.TryRead(FileName(network), out byte[]? content))
        {
            SoundBytes(content, statements);
        }

        return statements;
    }

    /// <inheritdoc/>
    public StoreResult RemoveNetwork(NetworkId network)
    {
        _disk.Delete(FileName(network));
        _disk.SyncDirectory();
        return StoreResult.Ok;
    }

    /// <inheritdoc/>
    public StoreResult ReplaceDocument(string name, ReadOnlySpan<byte> content)
    {
        try
        {
            _disk.Delete(NewDocument);
            _disk.Append(NewDocument, content);
            _disk.Sync(NewDocument);
            _disk.Rename(NewDocument, DocumentPrefix + name);
            _disk.SyncDirectory();
            return StoreResult.Ok;
        }
        catch (DiskFullException)
        {
            _disk.Delete(NewDocument);
            return StoreResult.Full("the simulated disk is full");
        }
    }

    /// <inheritdoc/>
    public bool TryReadDocument(string name, [NotNullWhen(true)] out byte[]? content) => _disk.TryRead(DocumentPrefix + name, out content);

    private static string FileName(NetworkId network) => NetworkPrefix + network.Value;

    /// <summary>How much of a file is whole batches; adds their statements.</summary>
    private static int SoundBytes(ReadOnlySpan<byte> content, List<ReadOnlyMemory<byte>> statements)
    {
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        int sound = 0;
        while (content.Length - sound >= HeadBytes)
        {
            ReadOnlySpan<byte> rest = content[sound..];
            int length = BinaryPrimitives.ReadInt32BigEndian(rest);
            if (length < 0 || length > rest.Length - HeadBytes)
            {
                break;
            }

            ReadOnlySpan<byte> body = rest.Slice(HeadBytes, length);
            Blake2s.Hash(body, hash);
            if (!hash.SequenceEqual(rest[4..HeadBytes]))
            {
                break;
            }

            for (int at = 0; at < body.Length;)
            {
                int statement = BinaryPrimitives.ReadInt32BigEndian(body[at..]);
                statements.Add(body.Slice(at + 4, statement).ToArray());
                at += 4 + statement;
            }

            sound += HeadBytes + length;
        }

        return sound;
    }
}
