using System.Buffers.Binary;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;

namespace Kith.Node.Storage;

/// <summary>
/// The statements of one network on disk, append-only. The header tells how far the file was acknowledged. Up to there everything must
/// be as written, else the file is damaged and left as it is; beyond, whole records are kept and the rest, which a crash
/// left and nobody was told of, is cut off. Not thread-safe.
/// </summary>
internal sealed class StatementFile : IDisposable
{
    /// <summary>Bytes of the header: kind 8, network id 32, acknowledged length u64, checksum of these 16.</summary>
    internal const int HeaderBytes = 8 + NetworkId.Length + 8 + ChecksumBytes;

    private const int RecordHeaderBytes = StatementRecord.HeaderBytes;
    private const int ChecksumBytes = StatementRecord.ChecksumBytes;

    private readonly string _path;
    private readonly NetworkId _network;
    private readonly IStoreFile _file;
    private long _length;
    private string? _refusal;
    private bool _isTornBehind;

    private StatementFile(string path, NetworkId network, IStoreFile file)
    {
        _path = path;
        _network = network;
        _file = file;
    }

    private static ReadOnlySpan<byte> Kind => "KithLog\x01"u8;

    /// <summary>How many bytes of an unacknowledged append were cut off at opening.</summary>
    internal long CutOffBytes { get; private set; }

    /// <summary>Puts a file under a name, in place of one that may be there: empty, or with statements.</summary>
    internal static void Create(string path, NetworkId network, params IReadOnlyList<ReadOnlyMemory<byte>> statements) => AtomicFile.Publish(path, NewFile(network, statements));

    /// <summary>The bytes of a file, empty or with statements.</summary>
    internal static byte[] NewFile(NetworkId network, params IReadOnlyList<ReadOnlyMemory<byte>> statements)
    {
        byte[] bytes = new byte[HeaderBytes + statements.Sum(static statement => RecordHeaderBytes + statement.Length)];
        WriteHeader(bytes, network, bytes.Length);
        int position = HeaderBytes;
        foreach (ReadOnlyMemory<byte> statement in statements)
        {
            position += StatementRecord.Write(bytes.AsSpan(position), statement.Span);
        }

        return bytes;
    }

    /// <summary>Opens a file, checks all of it, and cuts an unacknowledged rest off. Disposes of the file where it throws.</summary>
    /// <exception cref="StateDamagedException">It is not as it was written; it is left as it is.</exception>
    internal static StatementFile Open(string path, NetworkId network, IStoreFile file)
    {
        StatementFile opened = new(path, network, file);
        try
        {
            opened.Check();
            return opened;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The statements, in the order in which they were appended.</summary>
    /// <exception cref="StateDamagedException">The file has changed since it was opened.</exception>
    internal IEnumerable<ReadOnlyMemory<byte>> ReadAll()
    {
        for (long offset = HeaderBytes; offset < _length;)
        {
            byte[] statement = StatementRecord.Read(_file, offset) ?? throw new StateDamagedException(_path, "a record's checksum is wrong", offset);
            yield return statement;
            offset += RecordHeaderBytes + statement.Length;
        }
    }

    /// <summary>Appends statements, all or none, and returns when they survive a power cut.</summary>
    internal StoreResult Append(IReadOnlyList<ReadOnlyMemory<byte>> statements)
    {
        if (_refusal is not null)
        {
            return StoreResult.Failed(_refusal);
        }

        byte[] records = new byte[statements.Sum(static statement => RecordHeaderBytes + statement.Length)];
        int position = 0;
        foreach (ReadOnlyMemory<byte> statement in statements)
        {
            position += StatementRecord.Write(records.AsSpan(position), statement.Span);
        }

        bool written = false;
        try
        {
            if (_isTornBehind)
            {
                _file.SetLength(_length);
                _isTornBehind = false;
            }

            _file.Write(records, _length);
            written = true;
            _file.Flush();
            _length += records.Length;
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            TakeBack(flushFailed: written);
            _file.Rest();
            return StorageErrors.ToResult(_path, error);
        }

        Acknowledge();
        _file.Rest();
        return StoreResult.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void WriteHeader(Span<byte> header, NetworkId network, long acknowledged)
    {
        Kind.CopyTo(header);
        network.WriteTo(header[8..]);
        BinaryPrimitives.WriteInt64BigEndian(header[(8 + NetworkId.Length)..], acknowledged);
        StatementRecord.Checksum(header[..(HeaderBytes - ChecksumBytes)], default, header[(HeaderBytes - ChecksumBytes)..]);
    }

    /// <summary>
    /// Notes in the header how far the file is durable, so that what is missing below it later is known to be damage and not a crash. Not flushed:
    /// an older note after a power cut only means that less is known. If it cannot be written, the older note stays true too.
    /// </summary>
    private void Acknowledge()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        WriteHeader(header, _network, _length);
        try
        {
            _file.Write(header, 0);
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            // The header lies in blocks that the file has already, so this is a failing disk. The records are durable; later appends will tell.
            _refusal = $"Could not write {_path}: {error.Message}. Restart the node once the disk is well.";
        }
    }

    private void TakeBack(bool flushFailed)
    {
        try
        {
            _file.SetLength(_length);
            if (flushFailed)
            {
                // After a failed flush the system may have dropped what it could not write, and a later flush would not tell.
                _refusal = $"Could not flush {_path} to the disk. Restart the node once the disk is well.";
            }
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            // A disk that has become read-only, for one: what may lie behind the end is cut off before anything is written there.
            _isTornBehind = true;
        }
    }

    private void Check()
    {
        long acknowledged = CheckHeader();
        long fileLength = _file.Length;
        if (acknowledged > fileLength)
        {
            throw new StateDamagedException(_path, $"it ends there and should have {acknowledged} bytes", fileLength);
        }

        _length = HeaderBytes;
        while (_length < fileLength)
        {
            byte[]? statement = StatementRecord.Read(_file, _length);
            if (statement is null)
            {
                break;
            }

            _length += RecordHeaderBytes + statement.Length;
        }

        if (_length < acknowledged)
        {
            throw new StateDamagedException(_path, "a record's checksum is wrong", _length);
        }

        CutOffBytes = fileLength - _length;
        if (CutOffBytes > 0)
        {
            _file.SetLength(_length);
            _file.Flush();
            _file.Rest();
        }
    }

    private long CheckHeader()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        if (_file.Read(header, 0) < HeaderBytes)
        {
            throw new StateDamagedException(_path, "it is too short", 0);
        }

        StatementRecord.Checksum(header[..(HeaderBytes - ChecksumBytes)], default, checksum);
        if (!header[..8].SequenceEqual(Kind) || !header[(HeaderBytes - ChecksumBytes)..].SequenceEqual(checksum))
        {
            throw new StateDamagedException(_path, "its header is not of this kind and version, or its checksum is wrong", 0);
        }

        if (new NetworkId(header.Slice(8, NetworkId.Length)) != _network)
        {
            throw new StateDamagedException(_path, "it belongs to another network than its name says", 0);
        }

        return BinaryPrimitives.ReadInt64BigEndian(header[(8 + NetworkId.Length)..]);
    }
}
