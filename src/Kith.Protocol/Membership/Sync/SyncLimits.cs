namespace Kith.Protocol.Membership.Sync;

/// <summary>The named maxima of the synchronisation.</summary>
public static class SyncLimits
{
    /// <summary>The most heads in one message; more go into further pages.</summary>
    public const int HeadsPerMessageMax = 1_024;

    /// <summary>The most heads that one side may announce, over all pages.</summary>
    public const int HeadsMax = 65_536;

    /// <summary>The most statements in one message.</summary>
    public const int StatementsPerMessageMax = 1_024;

    /// <summary>After how many bytes a message of statements is full; a single larger statement goes alone.</summary>
    public const int BatchBytes = 64 * 1024;

    /// <summary>The largest message, in bytes: one statement of the largest size and what goes around it.</summary>
    public const int MessageBytesMax = MembershipLimits.StatementBytesMax + 64;

    /// <summary>How often one side asks again, with its exact heads, for what the other announced and did not send.</summary>
    public const int RepeatsMax = 3;
}
