using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Punching;

/// <content>Proof that an address is the peer's: nobody is sprayed at on the addressee's word alone.</content>
public sealed partial class Puncher
{
    private const int ProofsMax = 4;

    private readonly List<(InternetAddress Address, Instant At)> _proofs = [];
    private Instant _witnessAt = Instant.Never;
    private Instant? _witnessAsked;
    private bool _wantsWitness;

    /// <summary>Whether a member that hears the peer should be asked where (<see cref="Frames.WitnessAsk"/>); true once for each time that is wanted.</summary>
    public bool TryTakeWitnessWish()
    {
        bool wanted = _wantsWitness;
        _wantsWitness = false;
        return wanted;
    }

    /// <summary>Another member says at which endpoint it hears the peer. What was not asked for within a few seconds is ignored.</summary>
    public void HandleWitness(Instant now, InternetEndpoint endpoint)
    {
        if (_witnessAsked is not { } asked || now - asked > PunchTimings.WitnessWait || !endpoint.Address.IsV4)
        {
            return;
        }

        _proofs.RemoveAll(proof => proof.Address == endpoint.Address);
        if (_proofs.Count == ProofsMax)
        {
            _proofs.RemoveAt(0);
        }

        _proofs.Add((endpoint.Address, now));
        _witnessAt = TryFindProven(now, out _) ? Instant.Never : _witnessAt;
    }

    private void AskForWitnessIfDue(Instant now)
    {
        if (_witnessAt <= now)
        {
            _witnessAt = now + PunchTimings.WitnessAgain;
            _witnessAsked = now;
            _wantsWitness = true;
        }
    }

    // An address that the peer itself says it is seen at from outside, and that somebody else, or our own ears, confirmed.
    private bool TryFindProven(Instant now, out InternetEndpoint endpoint)
    {
        endpoint = _peer?.Outside is { } outside && IsProven(now, outside.Address) ? outside : default;
        foreach (Candidate candidate in _peer?.Candidates ?? [])
        {
            if (endpoint.IsNone && candidate.Kind is CandidateKind.Observed or CandidateKind.Mapped && IsProven(now, candidate.Endpoint.Address))
            {
                endpoint = candidate.Endpoint;
            }
        }

        return !endpoint.IsNone;
    }

    private bool IsProven(Instant now, InternetAddress address) =>
        address.IsV4 && (_proofs.Exists(proof => proof.Address == address && now - proof.At <= PunchTimings.ProofValidity)
            || _paths.HasHeardFrom(now, address, PunchTimings.ProofValidity));
}
