namespace Kith.Protocol.Paths.Punching;

/// <summary>Who does what, from what both sides said of their translators. Both sides come to matching answers from the same facts.</summary>
public static class PunchRoles
{
    /// <summary>
    /// The part of the side whose translator is <paramref name="own"/>, once plain probing has not helped. <paramref name="isFirst"/> must differ on the two sides;
    /// it says who opens sockets in the first turn where both take turns.
    /// </summary>
    public static PunchRole Of(NatClass own, NatClass peer, int round, bool isFirst)
    {
        if (own == NatClass.Blocked || peer == NatClass.Blocked)
        {
            return PunchRole.Hopeless;
        }

        if (TakeTurns(own, peer))
        {
            return isFirst == ((round & 1) == 0) ? PunchRole.OpenSockets : PunchRole.Spray;
        }

        bool isForetold = round < PunchTimings.GuessFromRound;
        (bool? ownRandom, bool? peerRandom) = (IsRandom(own, isForetold), IsRandom(peer, isForetold));

        // Whoever is not known must be what explains that nothing came through.
        ownRandom ??= own == NatClass.Unknown ? !peerRandom : null;
        peerRandom ??= peer == NatClass.Unknown ? !ownRandom : null;
        return (ownRandom, peerRandom) switch
        {
            (true, false) => PunchRole.OpenSockets,
            (false, true) => PunchRole.Spray,
            (true, true) => PunchRole.Hopeless,
            _ => PunchRole.Plain,
        };
    }

    /// <summary>Whether neither side is known, so that both parts are tried by both, one after the other.</summary>
    public static bool TakeTurns(NatClass own, NatClass peer) => own == NatClass.Unknown && peer == NatClass.Unknown;

    /// <summary>What the other turn asks of a side.</summary>
    public static PunchRole Other(PunchRole role) => role == PunchRole.OpenSockets ? PunchRole.Spray : PunchRole.OpenSockets;

    // A stepping translator is foretold at first; where that failed it is as good as random.
    private static bool? IsRandom(NatClass nat, bool isForetold) => nat switch
    {
        NatClass.Hard or NatClass.AddressDependent => true,
        NatClass.None or NatClass.Easy => false,
        NatClass.Stepping when !isForetold => true,
        _ => null,
    };
}
