using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>This side ends the transfer.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Text">The same in words; may be empty.</param>
internal sealed record StopRecord(StopReason Reason, string Text = "") : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Stop;

    /// <inheritdoc/>
    public int BodyBytes => 1 + WireText.Bytes(Text);

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out StopRecord? stop)
    {
        stop = null;
        SpanReader reader = new(body);
        if (!reader.TryReadByte(out byte reason) || reason > (byte)StopReason.Failed
            || !WireText.TryRead(ref reader, SendLimits.TextBytesMax, out string? text)
            || reader.Remaining != 0)
        {
            return false;
        }

        stop = new StopRecord((StopReason)reason, text);
        return true;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)Reason);
        WireText.Write(ref writer, Text);
        return writer.Position;
    }
}
