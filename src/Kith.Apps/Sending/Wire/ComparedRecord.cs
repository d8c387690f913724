using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>The answer to <see cref="VerdictKind.Compare"/>.</summary>
/// <param name="Index">The file's number.</param>
/// <param name="IsSame">Whether the receiver's file has the same content.</param>
internal readonly record struct ComparedRecord(uint Index, bool IsSame) : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Compared;

    /// <inheritdoc/>
    public int BodyBytes => sizeof(uint) + 1;

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, out ComparedRecord compared)
    {
        SpanReader reader = new(body);
        bool ok = reader.TryReadUInt32(out uint index) & reader.TryReadByte(out byte same) && same <= 1 && reader.Remaining == 0;
        compared = ok ? new ComparedRecord(index, same == 1) : default;
        return ok;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt32(Index);
        writer.WriteByte(IsSame ? (byte)1 : (byte)0);
        return writer.Position;
    }
}
