using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>A file that was announced cannot be had any more. What the receiver has of it stays, in case it can another time.</summary>
/// <param name="Index">Its number.</param>
internal readonly record struct AbandonRecord(uint Index) : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Abandon;

    /// <inheritdoc/>
    public int BodyBytes => sizeof(uint);

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, out AbandonRecord abandon)
    {
        SpanReader reader = new(body);
        bool ok = reader.TryReadUInt32(out uint index) && reader.Remaining == 0;
        abandon = new AbandonRecord(ok ? index : 0);
        return ok;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt32(Index);
        return writer.Position;
    }
}
