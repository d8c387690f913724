using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>The receiver's answer to <see cref="HelloRecord"/>.</summary>
/// <param name="Answer">What it says.</param>
/// <param name="Reason">Why it refuses, in words; otherwise empty.</param>
internal sealed record AnswerRecord(AnswerKind Answer, string Reason = "") : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Answer;

    /// <inheritdoc/>
    public int BodyBytes => 1 + WireText.Bytes(Reason);

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out AnswerRecord? answer)
    {
        answer = null;
        SpanReader reader = new(body);
        if (!reader.TryReadByte(out byte kind) || kind > (byte)AnswerKind.Refused
            || !WireText.TryRead(ref reader, SendLimits.TextBytesMax, out string? reason)
            || reader.Remaining != 0)
        {
            return false;
        }

        answer = new AnswerRecord((AnswerKind)kind, reason);
        return true;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)Answer);
        WireText.Write(ref writer, Reason);
        return writer.Position;
    }
}
