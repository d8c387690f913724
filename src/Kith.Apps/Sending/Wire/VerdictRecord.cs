using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>What the receiver wants of one file. Verdicts come in any order, and a file may get another one later.</summary>
/// <param name="Index">The file's number.</param>
/// <param name="Verdict">What is wanted.</param>
/// <param name="Points">Places to go on from, from the nearest to the farthest; for a comparison exactly one, the end of the receiver's file.</param>
internal sealed record VerdictRecord(uint Index, VerdictKind Verdict, ResumePoint[] Points) : IRecordBody
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Verdict;

    /// <inheritdoc/>
    public int BodyBytes => 6 + (Points.Length * ResumePoint.Bytes);

    /// <summary>Reads one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out VerdictRecord? verdict)
    {
        verdict = null;
        SpanReader reader = new(body);
        if (!reader.TryReadUInt32(out uint index)
            || !reader.TryReadByte(out byte kind) || kind > (byte)VerdictKind.Compare
            || !reader.TryReadByte(out byte count) || count > SendLimits.ResumePointsMax
            || (kind == (byte)VerdictKind.Compare && count != 1))
        {
            return false;
        }

        ResumePoint[] points = count == 0 ? [] : new ResumePoint[count];
        for (int i = 0; i < count; i++)
        {
            if (!ResumePoint.TryRead(ref reader, out points[i]) || (i > 0 && points[i].Offset <= points[i - 1].Offset))
            {
                return false;
            }
        }

        verdict = new VerdictRecord(index, (VerdictKind)kind, points);
        return reader.Remaining == 0;
    }

    /// <inheritdoc/>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt32(Index);
        writer.WriteByte((byte)Verdict);
        writer.WriteByte((byte)Points.Length);
        foreach (ResumePoint point in Points)
        {
            point.Write(ref writer);
        }

        return writer.Position;
    }
}
