using System.Security.Cryptography;
using Kith.Apps.Sending.Wire;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Incoming;

/// <summary>
/// What is noted beside an unfinished large file: of which source it is, and how much of it is surely on the disk. Small enough to be written over in one
/// go; a torn one has a wrong checksum and counts as none.
/// </summary>
/// <param name="Details">The source's size and time: another size or time is another file.</param>
/// <param name="FlushedBytes">So many bytes from the beginning would survive a power cut.</param>
internal readonly record struct PartialJournal(EntryDetails Details, long FlushedBytes)
{
    /// <summary>Its length.</summary>
    public const int Bytes = 8 + EntryDetails.Bytes + 8 + ChecksumBytes;

    private const int ChecksumBytes = 8;

    private static ReadOnlySpan<byte> Magic => "KithPrt\x01"u8;

    /// <summary>Reads one; false if it is not whole.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, out PartialJournal journal)
    {
        journal = default;
        SpanReader reader = new(source);
        if (source.Length != Bytes
            || !reader.TryReadBytes(Magic.Length, out ReadOnlySpan<byte> magic) || !magic.SequenceEqual(Magic)
            || !EntryDetails.TryRead(ref reader, out EntryDetails details)
            || !reader.TryReadUInt64(out ulong flushed) || flushed > (ulong)details.Size)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(source[..^ChecksumBytes], hash);
        journal = new PartialJournal(details, (long)flushed);
        return source[^ChecksumBytes..].SequenceEqual(hash[..ChecksumBytes]);
    }

    /// <summary>Writes it.</summary>
    public void Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination[..Bytes]);
        writer.WriteBytes(Magic);
        Details.Write(ref writer);
        writer.WriteUInt64((ulong)FlushedBytes);
        writer.WriteBytes(SHA256.HashData(writer.Written).AsSpan(0, ChecksumBytes));
    }
}
