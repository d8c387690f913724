using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Punching;

/// <summary>What this node says of itself when it calls. Immutable.</summary>
/// <param name="Candidates">Where it may be reached, at most <see cref="Candidate.CountMax"/>.</param>
/// <param name="Nat">What it knows of its translators.</param>
public sealed record PunchSelf(IReadOnlyList<Candidate> Candidates, NatReport Nat)
{
    /// <summary>Nothing known yet.</summary>
    public static readonly PunchSelf Nothing = new([], NatReport.Nothing);

    /// <summary>
    /// Whether a peer that was told the other should be called anew. Ports do not count: where each destination sees another one, every round would bring the next.
    /// </summary>
    public bool IsNewsAfter(PunchSelf other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Nat.Mapping != other.Nat.Mapping || Candidates.Any(candidate => !other.Candidates.Any(told => told.Endpoint.Address == candidate.Endpoint.Address && told.Kind == candidate.Kind));
    }

    /// <summary>The frame.</summary>
    public Frames.CallMe ToCall(byte round, bool isAnswer)
    {
        InternetEndpoint? outside = Nat.OutsideV4 is { } seen && new Candidate(CandidateKind.Observed, seen).IsStatable ? seen : FirstObserved();
        return new Frames.CallMe([.. Candidates.Where(static candidate => candidate.IsStatable && candidate.Kind != CandidateKind.Tcp).Take(Candidate.CountMax)])
        {
            IsAnswer = isAnswer,
            Round = round,
            Nat = Nat.Mapping,
            Step = (short)Math.Clamp(Nat.Step, short.MinValue, short.MaxValue),
            Outside = outside,
        };
    }

    private InternetEndpoint? FirstObserved()
    {
        foreach (Candidate candidate in Candidates)
        {
            if (candidate.Kind == CandidateKind.Observed && candidate.Endpoint.Address.IsV4)
            {
                return candidate.Endpoint;
            }
        }

        return null;
    }
}
