using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Frames;

/// <summary>
/// "Try to reach me here, now": type 0x12, flags (1 byte), round (1), NAT class (1), step (2, signed), outside endpoint (family 0 for none, otherwise
/// <see cref="EndpointField"/>), then a list of candidates (count, then each). Whoever gets it answers with its own and probes at once, while the sender probes
/// too, so that both sides' translators open.
/// </summary>
public sealed record CallMe
{
    /// <summary>The longest encoding in bytes.</summary>
    public const int BytesMax = 6 + EndpointField.BytesMax + 1 + (Candidate.CountMax * Candidate.BytesMax);

    private const byte AnswerFlag = 1;
    private const byte NoOutside = 0;

    /// <summary>States candidates, at most <see cref="Candidate.CountMax"/>.</summary>
    public CallMe(IReadOnlyList<Candidate> candidates)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(candidates.Count, Candidate.CountMax);
        Candidates = candidates;
    }

    /// <summary>Where the sender may be reached.</summary>
    public IReadOnlyList<Candidate> Candidates { get; }

    /// <summary>Whether it answers a call of the same round, and so wants no answer itself.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>Which of the sender's tries this is; counts up and wraps.</summary>
    public byte Round { get; init; }

    /// <summary>What the sender knows of its IPv4 translator.</summary>
    public NatClass Nat { get; init; }

    /// <summary>For <see cref="NatClass.Stepping"/>: how far one outside port lies from the one before; otherwise 0.</summary>
    public short Step { get; init; }

    /// <summary>The sender's newest outside IPv4 endpoint: where <see cref="NatClass.Stepping"/> counts from, and whose address it is probed at.</summary>
    public InternetEndpoint? Outside { get; init; }

    /// <summary>Reads a frame; false if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, [NotNullWhen(true)] out CallMe? callMe)
    {
        callMe = null;
        SpanReader reader = new(frame);
        if (!reader.TryReadByte(out byte type) || type != (byte)FrameType.CallMe || !reader.TryReadByte(out byte flags) || (flags & ~AnswerFlag) != 0
            || !reader.TryReadByte(out byte round) || !reader.TryReadByte(out byte nat) || !reader.TryReadUInt16(out ushort step)
            || !TryReadOutside(ref reader, out InternetEndpoint? outside)
            || !Candidate.TryReadList(ref reader, out Candidate[] candidates) || !FramePadding.IsPadding(reader.Rest))
        {
            return false;
        }

        callMe = new CallMe(candidates) { IsAnswer = (flags & AnswerFlag) != 0, Round = round, Nat = (NatClass)nat, Step = (short)step, Outside = outside };
        return true;
    }

    /// <summary>Writes the frame; returns its length, at most <see cref="BytesMax"/>.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)FrameType.CallMe);
        writer.WriteByte(IsAnswer ? AnswerFlag : (byte)0);
        writer.WriteByte(Round);
        writer.WriteByte((byte)Nat);
        writer.WriteUInt16((ushort)Step);
        if (Outside is { } outside)
        {
            EndpointField.Write(ref writer, outside);
        }
        else
        {
            writer.WriteByte(NoOutside);
        }

        Candidate.WriteList(ref writer, Candidates);
        return writer.Position;
    }

    private static bool TryReadOutside(ref SpanReader reader, out InternetEndpoint? outside)
    {
        outside = null;
        SpanReader ahead = reader;
        if (ahead.TryReadByte(out byte family) && family == NoOutside)
        {
            reader = ahead;
            return true;
        }

        if (!EndpointField.TryRead(ref reader, out InternetEndpoint endpoint) || !new Candidate(CandidateKind.Observed, endpoint).IsStatable)
        {
            return false;
        }

        outside = endpoint;
        return true;
    }
}
