namespace Kith.Protocol.Paths.Punching;

/// <summary>Who does what, from what both sides said of their translators. Both sides come to matching answers from the same facts.</summary>
public static class PunchRoles
{
    /// <summary>
    /// The part of the side whose translator is <paramref name="own"/>. <paramref name="isFirst"/> must differ on the two sides; it breaks the tie where neither
    /// knows its translator and both take turns.
    /// </summary>
    public static PunchRole Of(NatClass own, NatClass peer, int round, bool isFirst)
    {
        if (own == NatClass.Blocked || peer == NatClass.Blocked)
        {
            return PunchRole.Hopeless;
        }

        bool guesses = round >= PunchTimings.GuessFromRound;
        if (own == NatClass.Unknown && peer == NatClass.Unknown)
        {
            return guesses ? isFirst == ((round & 1) == 0) ? PunchRole.OpenSockets : PunchRole.Spray : PunchRole.Plain;
        }

        (bool? ownRandom, bool? peerRandom) = (IsRandom(own, guesses), IsRandom(peer, guesses));
        if (guesses)
        {
            ownRandom ??= !peerRandom;
            peerRandom ??= !ownRandom;
        }

        return (ownRandom, peerRandom) switch
        {
            (true, false) => PunchRole.OpenSockets,
            (false, true) => PunchRole.Spray,
            (true, true) => PunchRole.Hopeless,
            _ => PunchRole.Plain,
        };
    }

    // A stepping translator is foretold at first; where that failed it is as good as random.
    private static bool? IsRandom(NatClass nat, bool guesses) => nat switch
    {
        NatClass.Hard or NatClass.AddressDependent => true,
        NatClass.None or NatClass.Easy => false,
        NatClass.Stepping when guesses => true,
        _ => null,
    };
}
