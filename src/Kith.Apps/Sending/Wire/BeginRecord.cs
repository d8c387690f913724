using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>
/// A file's content begins, or begins anew if the same file was begun before: it has changed under way. One file at a time is under way in this manner.
/// </summary>
/// <param name="Index">Its number.</param>
/// <param name="Details">As they are now; they count, not the announced ones.</param>
/// <param name="Offset">The place of the first byte that follows: 0, or one of those that the verdict offered.</param>
internal readonly record struct BeginRecord(uint Index, EntryDetails Details, long Offset) : IRecordBody
{
    private const int Bytes = 4 + EntryDetails.Bytes + 8;

    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Begin;

    /// <inheritdoc/>
    public int BodyBytes => Bytes;

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, out BeginRecord begin)
    {
        begin = default;
        SpanReader reader = new(body);
        if (!reader.TryReadUInt32(out uint index)
            || !EntryDetails.TryRead(ref reader, out EntryDetails details)
            || !reader.TryReadUInt64(out ulong offset) || offset > (ulong)details.Size
            || reader.Remaining != 0)
        {
            return false;
        }

        begin = new BeginRecord(index, details, (long)offset);
        return true;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt32(Index);
        Details.Write(ref writer);
        writer.WriteUInt64((ulong)Offset);
        return writer.Position;
    }
}
