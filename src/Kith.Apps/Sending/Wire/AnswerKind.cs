namespace Kith.Apps.Sending.Wire;

/// <summary>What the receiver says to a transfer.</summary>
internal enum AnswerKind : byte
{
    /// <summary>It takes it: the sender may announce.</summary>
    Accepted,

    /// <summary>Somebody is being asked; another answer follows.</summary>
    Asking,

    /// <summary>It does not take it. The stream ends.</summary>
    Refused,
}
