namespace Kith.Protocol.Paths.Punching;

/// <summary>How the last round of a <see cref="Puncher"/> ended.</summary>
public enum PunchOutcome
{
    /// <summary>None has ended yet.</summary>
    None,

    /// <summary>A direct path came about.</summary>
    Direct,

    /// <summary>Nothing came through.</summary>
    NothingCameThrough,

    /// <summary>The peer did not answer the call.</summary>
    NotAnswered,

    /// <summary>Ports were not sprayed, because nobody but the peer itself said that the address is its own.</summary>
    AddressNotProven,

    /// <summary>Sockets or the one spray at a time were taken by other peers.</summary>
    OutOfBudget,
}
