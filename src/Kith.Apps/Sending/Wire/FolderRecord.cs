using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>A folder begins; what follows lies in it until <see cref="LeaveRecord"/>.</summary>
/// <param name="Name">Its name in the folder around it.</param>
internal sealed record FolderRecord(string Name) : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Enter;

    /// <inheritdoc/>
    public int BodyBytes => WireText.Bytes(Name);

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out FolderRecord? folder)
    {
        folder = null;
        SpanReader reader = new(body);
        if (!WireText.TryRead(ref reader, SendLimits.NameBytesMax, out string? name) || !EntryName.IsValid(name) || reader.Remaining != 0)
        {
            return false;
        }

        folder = new FolderRecord(name);
        return true;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        WireText.Write(ref writer, Name);
        return writer.Position;
    }
}
