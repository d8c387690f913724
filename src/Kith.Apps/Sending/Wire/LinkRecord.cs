using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>A symbolic link in the folder entered last. Whether its target is one to take is judged by <see cref="LinkTarget"/>.</summary>
/// <param name="ModifiedNanoseconds">When it was made, in nanoseconds since 1970 (UTC).</param>
/// <param name="Name">Its name.</param>
/// <param name="Target">Where it leads, as it is written in it.</param>
internal sealed record LinkRecord(long ModifiedNanoseconds, string Name, string Target) : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Link;

    /// <inheritdoc/>
    public int BodyBytes => sizeof(long) + WireText.Bytes(Name) + WireText.Bytes(Target);

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out LinkRecord? link)
    {
        link = null;
        SpanReader reader = new(body);
        if (!reader.TryReadUInt64(out ulong modified)
            || !WireText.TryRead(ref reader, SendLimits.NameBytesMax, out string? name) || !EntryName.IsValid(name)
            || !WireText.TryRead(ref reader, SendLimits.LinkBytesMax, out string? target) || target.Length == 0
            || reader.Remaining != 0)
        {
            return false;
        }

        link = new LinkRecord((long)modified, name, target);
        return true;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt64((ulong)ModifiedNanoseconds);
        WireText.Write(ref writer, Name);
        WireText.Write(ref writer, Target);
        return writer.Position;
    }
}
