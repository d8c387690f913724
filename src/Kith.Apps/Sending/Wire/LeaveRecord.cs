using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>The folder entered last is complete. Its details come now because they are set when everything lies in it.</summary>
/// <param name="Details">Its time and permissions; the size is 0.</param>
internal readonly record struct LeaveRecord(EntryDetails Details) : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Leave;

    /// <inheritdoc/>
    public int BodyBytes => EntryDetails.Bytes;

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, out LeaveRecord leave)
    {
        SpanReader reader = new(body);
        bool ok = EntryDetails.TryRead(ref reader, out EntryDetails details) && details.Size == 0 && reader.Remaining == 0;
        leave = new LeaveRecord(ok ? details : default);
        return ok;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        Details.Write(ref writer);
        return writer.Position;
    }
}
