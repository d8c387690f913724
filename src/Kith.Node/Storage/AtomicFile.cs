using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Tunnel.Files;

namespace Kith.Node.Storage;

/// <summary>
/// A small file that is read and replaced as a whole. It begins with a kind and a version, and ends with a checksum of all before; a new
/// version is written beside it, flushed, renamed over it, and the directory flushed, so a reader sees the old one or the new one.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Bytes of the kind, which tell what the file is and its version.</summary>
    internal const int KindBytes = 8;

    /// <summary>Bytes around the content: kind, length (u32), checksum.</summary>
    internal const int OverheadBytes = KindBytes + 4 + ChecksumBytes;

    private const int ChecksumBytes = 16;

    private const string TemporarySuffix = ".new";

    /// <summary>Whether a file name is that of a version that was being written when the node stopped.</summary>
    internal static bool IsTemporary(string path) => path.EndsWith(TemporarySuffix, StringComparison.Ordinal);

    /// <summary>Reads the content; false if there is no such file.</summary>
    /// <exception cref="StateDamagedException">The file is not as it was written.</exception>
    internal static bool TryRead(string path, ReadOnlySpan<byte> kind, int contentBytesMax, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        byte[] bytes;
        try
        {
            using FileStream stream = new(path, FileModes.Options(FileMode.Open, FileAccess.Read, FileShare.Read));
            if (stream.Length < OverheadBytes || stream.Length > OverheadBytes + contentBytesMax)
            {
                throw new StateDamagedException(path, $"its length of {stream.Length} bytes is impossible");
            }

            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }

        if (!bytes.AsSpan(0, KindBytes).SequenceEqual(kind))
        {
            throw new StateDamagedException(path, "it does not begin as a file of its kind and version does", 0);
        }

        return TryDecode(bytes, kind, out content) ? true : throw new StateDamagedException(path, "its checksum is wrong");
    }

    /// <summary>The content of a whole file; false if its kind, length or checksum is wrong.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> kind, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        if (bytes.Length < OverheadBytes
            || !bytes[..KindBytes].SequenceEqual(kind)
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[KindBytes..]) != bytes.Length - OverheadBytes)
        {
            return false;
        }

        Span<byte> checksum = stackalloc byte[Blake2s.HashBytes];
        Blake2s.Hash(bytes[..^ChecksumBytes], checksum);
        if (!bytes[^ChecksumBytes..].SequenceEqual(checksum[..ChecksumBytes]))
        {
            return false;
        }

        content = bytes[(KindBytes + 4)..^ChecksumBytes].ToArray();
        return true;
    }

    /// <summary>The bytes of a whole file around a content.</summary>
    internal static byte[] Encode(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content)
    {
        byte[] bytes = new byte[OverheadBytes + content.Length];
        kind.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(KindBytes), (uint)content.Length);
        content.CopyTo(bytes.AsSpan(KindBytes + 4));
        Span<byte> checksum = stackalloc byte[Blake2s.HashBytes];
        Blake2s.Hash(bytes.AsSpan(0, bytes.Length - ChecksumBytes), checksum);
        checksum[..ChecksumBytes].CopyTo(bytes.AsSpan(bytes.Length - ChecksumBytes));
        return bytes;
    }

    /// <summary>Replaces the file. After an exception the old one is still there.</summary>
    internal static void Replace(string path, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content)
    {
        byte[] bytes = Encode(kind, content);
        try
        {
            Publish(path, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>
    /// Puts bytes under a name at once and for good. After an exception what was there before is still there, unless it was the last step that
    /// failed, the flush of the directory: then the new file is there and might not survive a power cut.
    /// </summary>
    internal static void Publish(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = path + TemporarySuffix;
        try
        {
            using (FileStream stream = new(temporary, FileModes.Options(FileMode.Create, FileAccess.Write, FileShare.None)))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            TryDelete(temporary);
            throw;
        }

        DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Deletes a file that is of no use, if that can be done.</summary>
    internal static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            // It takes room and does no harm: nobody reads it, and the next write replaces it.
        }
    }
}
