namespace Kith.Protocol.Membership;

/// <summary>What became of a statement that was handed to a log.</summary>
public enum AddResult
{
    /// <summary>It is new and now in the log.</summary>
    Added,

    /// <summary>It is in the log, and shows that its author forked: the author is frozen until an admin decides.</summary>
    Fork,

    /// <summary>It was in the log before.</summary>
    Duplicate,

    /// <summary>It names statements that are not in the log; it is not kept. Synchronise and hand it in again.</summary>
    MissingParents,

    /// <summary>The author's or the invite's signature is wrong.</summary>
    BadSignature,

    /// <summary>It breaks a rule of the form.</summary>
    Malformed,

    /// <summary>It belongs to another network.</summary>
    WrongNetwork,

    /// <summary>It is the first of an author whom nothing it has seen lets in.</summary>
    Stranger,

    /// <summary>A named maximum is reached (<see cref="MembershipLimits"/>); it is not in the log.</summary>
    TooMany,
}
