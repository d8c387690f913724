namespace Kith.Apps.Sending.Wire;

/// <summary>What the receiver wants of a file.</summary>
internal enum VerdictKind : byte
{
    /// <summary>Its content, from one of the places offered or from the beginning.</summary>
    Send,

    /// <summary>To hear whether it is the same as the receiver's, of which the whole hash is given.</summary>
    Compare,
}
