namespace Kith.Protocol.Membership.Sync;

/// <summary>What a session made of a message.</summary>
public enum SyncResult
{
    /// <summary>It was taken in.</summary>
    Ok,

    /// <summary>It breaks a rule of the form: close the stream.</summary>
    Malformed,

    /// <summary>It held a statement that no honest member sends (wrong network, wrong signature, form): close the stream.</summary>
    BadStatement,
}
