using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>A file in the folder entered last. Files and links are numbered from 0 in the order in which they are announced.</summary>
/// <param name="Details">As they were when it was looked at.</param>
/// <param name="Name">Its name.</param>
internal sealed record FileRecord(EntryDetails Details, string Name) : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.File;

    /// <inheritdoc/>
    public int BodyBytes => EntryDetails.Bytes + WireText.Bytes(Name);

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out FileRecord? file)
    {
        file = null;
        SpanReader reader = new(body);
        if (!EntryDetails.TryRead(ref reader, out EntryDetails details)
            || !WireText.TryRead(ref reader, SendLimits.NameBytesMax, out string? name) || !EntryName.IsValid(name)
            || reader.Remaining != 0)
        {
            return false;
        }

        file = new FileRecord(details, name);
        return true;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        Details.Write(ref writer);
        WireText.Write(ref writer, Name);
        return writer.Position;
    }
}
