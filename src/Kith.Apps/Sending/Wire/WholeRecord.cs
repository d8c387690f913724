using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>What stands before the content of a file that travels whole in one record; the content is the rest of the body.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Details">As they are now; they count, not the announced ones.</param>
/// <param name="Sha256">Of the content.</param>
internal readonly record struct WholeRecord(uint Index, EntryDetails Details, Bytes32 Sha256) : IRecordBody
{
    /// <summary>Its length without the content.</summary>
    public const int PrefixBytes = 4 + EntryDetails.Bytes + Bytes32.Length;

    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Whole;

    /// <inheritdoc/>
    public int BodyBytes => PrefixBytes + (int)Details.Size;

    /// <summary>Reads one; the content is what stands from <see cref="PrefixBytes"/> on.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, out WholeRecord whole)
    {
        whole = default;
        SpanReader reader = new(body);
        if (!reader.TryReadUInt32(out uint index)
            || !EntryDetails.TryRead(ref reader, out EntryDetails details)
            || !reader.TryReadBytes(Bytes32.Length, out ReadOnlySpan<byte> hash)
            || reader.Remaining != details.Size || details.Size > SendLimits.DataBytesMax)
        {
            return false;
        }

        whole = new WholeRecord(index, details, new Bytes32(hash));
        return true;
    }

    /// <summary>Writes what stands before the content, and leaves that to the caller.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt32(Index);
        Details.Write(ref writer);
        Sha256.WriteTo(writer.Take(Bytes32.Length));
        return writer.Position;
    }
}
