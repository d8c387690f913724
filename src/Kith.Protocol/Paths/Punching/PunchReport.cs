using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Punching;

/// <summary>What a <see cref="Puncher"/> has done for one peer, for <c>kith why</c>. Immutable.</summary>
public sealed record PunchReport
{
    /// <summary>What it is doing.</summary>
    public PunchPhase Phase { get; init; }

    /// <summary>What this side does in the present or last round.</summary>
    public PunchRole Role { get; init; }

    /// <summary>How the last round ended.</summary>
    public PunchOutcome Outcome { get; init; }

    /// <summary>Rounds begun since the node started.</summary>
    public long Rounds { get; init; }

    /// <summary>Rounds in a row that failed.</summary>
    public int Failures { get; init; }

    /// <summary>When the present or last round began.</summary>
    public Instant? LastRound { get; init; }

    /// <summary>When the next one begins if nothing changes.</summary>
    public Instant? NextRound { get; init; }

    /// <summary>What this node said of its translator.</summary>
    public NatClass OwnNat { get; init; }

    /// <summary>What the peer said of its translator; unknown before its first call.</summary>
    public NatClass PeerNat { get; init; }

    /// <summary>Where the peer said that its packets leave its translator.</summary>
    public InternetEndpoint? PeerOutside { get; init; }

    /// <summary>Pings at ports that were foretold or guessed, over all rounds.</summary>
    public long PingsAtGuessedPorts { get; init; }

    /// <summary>Extra sockets that are open for this peer.</summary>
    public int Sockets { get; init; }

    /// <summary>Whether somebody else confirmed the peer's outside address.</summary>
    public bool IsAddressProven { get; init; }
}
