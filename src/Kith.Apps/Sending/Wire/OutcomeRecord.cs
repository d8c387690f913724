using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>The last word on one file or link.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why it failed, or the name it was given, in words; otherwise empty.</param>
internal sealed record OutcomeRecord(uint Index, OutcomeKind Outcome, string Reason = "") : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Outcome;

    /// <inheritdoc/>
    public int BodyBytes => 5 + WireText.Bytes(Reason);

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out OutcomeRecord? outcome)
    {
        outcome = null;
        SpanReader reader = new(body);
        if (!reader.TryReadUInt32(out uint index)
            || !reader.TryReadByte(out byte kind) || kind > (byte)OutcomeKind.Failed
            || !WireText.TryRead(ref reader, SendLimits.TextBytesMax, out string? reason)
            || reader.Remaining != 0)
        {
            return false;
        }

        outcome = new OutcomeRecord(index, (OutcomeKind)kind, reason);
        return true;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt32(Index);
        writer.WriteByte((byte)Outcome);
        WireText.Write(ref writer, Reason);
        return writer.Position;
    }
}
