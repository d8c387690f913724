using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Frames;

/// <summary>
/// "Try to reach me here, now": type 0x12, flags (1 byte, zero today, kept as they are), then a list of candidates (count, then each). Whoever gets it probes
/// them all at once, while the sender probes too, so that both sides' translators open.
/// </summary>
public sealed class CallMe
{
    /// <summary>The longest encoding in bytes.</summary>
    public const int BytesMax = 3 + (Candidate.CountMax * Candidate.BytesMax);

    /// <summary>States candidates, at most <see cref="Candidate.CountMax"/>.</summary>
    public CallMe(IReadOnlyList<Candidate> candidates, byte flags = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(candidates.Count, Candidate.CountMax);
        Candidates = candidates;
        Flags = flags;
    }

    /// <summary>Where the sender may be reached.</summary>
    public IReadOnlyList<Candidate> Candidates { get; }

    /// <summary>Reserved; senders write zero, receivers ignore them.</summary>
    public byte Flags { get; }

    /// <summary>Reads a frame; false if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CallMe? callMe)
    {
        callMe = null;
        SpanReader reader = new(frame);
        if (!reader.TryReadByte(out byte type) || type != (byte)FrameType.CallMe || !reader.TryReadByte(out byte flags)
            || !Candidate.TryReadList(ref reader, out Candidate[] candidates) || !FramePadding.IsPadding(reader.Rest))
        {
            return false;
        }

        callMe = new CallMe(candidates, flags);
        return true;
    }

    /// <summary>Writes the frame; returns its length, at most <see cref="BytesMax"/>.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)FrameType.CallMe);
        writer.WriteByte(Flags);
        Candidate.WriteList(ref writer, Candidates);
        return writer.Position;
    }
}
