namespace Kith.Apps.Sending.Wire;

/// <summary>What became of a file or link at the receiver.</summary>
internal enum OutcomeKind : byte
{
    /// <summary>It is there, verified, and would survive a power cut.</summary>
    Received,

    /// <summary>The same was there already.</summary>
    Identical,

    /// <summary>Another of that name was there, and the receiver kept it.</summary>
    Kept,

    /// <summary>It is not there; the reason says why.</summary>
    Failed,
}
