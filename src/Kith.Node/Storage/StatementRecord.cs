using System.Buffers.Binary;
using Kith.Protocol.Crypto;
using Kith.Protocol.Membership;

namespace Kith.Node.Storage;

/// <summary>One statement as it lies in a <see cref="StatementFile"/>: length u32, checksum 16 of length and statement, statement.</summary>
internal static class StatementRecord
{
    /// <summary>Bytes before each statement.</summary>
    internal const int HeaderBytes = 4 + ChecksumBytes;

    /// <summary>Bytes of a checksum.</summary>
    internal const int ChecksumBytes = 16;

    /// <summary>How many bytes a search for records in damaged bytes hashes at most: what is behind that is not found.</summary>
    private const long SearchBytesMax = 256L * 1024 * 1024;

    /// <summary>Writes a record; returns its length.</summary>
    internal static int Write(Span<byte> destination, ReadOnlySpan<byte> statement)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, statement.Length);
        statement.CopyTo(destination[HeaderBytes..]);
        Checksum(destination[..4], statement, destination.Slice(4, ChecksumBytes));
        return HeaderBytes + statement.Length;
    }

    /// <summary>The statement of the record at an offset; null if there is no whole one.</summary>
    internal static byte[]? Read(IStoreFile file, long offset)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (!TryReadLength(file, offset, header, out int length))
        {
            return null;
        }

        byte[] statement = new byte[length];
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        if (file.Read(statement, offset + HeaderBytes) < length)
        {
            return null;
        }

        Checksum(header[..4], statement, checksum);
        return header[4..].SequenceEqual(checksum) ? statement : null;
    }

    /// <summary>All whole records from an offset on, damaged ones left out: behind one, the next is where its length says, or wherever one is found.</summary>
    internal static List<ReadOnlyMemory<byte>> Salvage(IStoreFile file, long offset)
    {
        List<ReadOnlyMemory<byte>> found = [];
        long end = file.Length;
        long searched = 0;
        Span<byte> header = stackalloc byte[HeaderBytes];
        while (offset + HeaderBytes <= end && searched < SearchBytesMax)
        {
            if (Read(file, offset) is { } statement)
            {
                found.Add(statement);
                offset += HeaderBytes + statement.Length;
                continue;
            }

            long next = TryReadLength(file, offset, header, out int length) ? offset + HeaderBytes + length : -1;
            searched += HeaderBytes + Math.Max(0, length);
            offset = next > 0 && (next == end || Read(file, next) is not null) ? next : offset + 1;
        }

        return found;
    }

    /// <summary>The first 16 bytes of the BLAKE2s-256 hash of two parts.</summary>
    internal static void Checksum(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> checksum)
    {
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        Blake2s.Hash(a, b, hash);
        hash[..ChecksumBytes].CopyTo(checksum);
    }

    private static bool TryReadLength(IStoreFile file, long offset, Span<byte> header, out int length)
    {
        length = 0;
        if (file.Read(header, offset) < HeaderBytes)
        {
            return false;
        }

        int read = BinaryPrimitives.ReadInt32BigEndian(header);
        if (read is < 0 or > MembershipLimits.StatementBytesMax || offset + HeaderBytes + read > file.Length)
        {
            return false;
        }

        length = read;
        return true;
    }
}
