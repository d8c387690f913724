namespace Kith.Protocol.Membership;

/// <summary>The named maxima of a network's log and of the state folded from it. They are part of the protocol: all members must count alike.</summary>
public static class MembershipLimits
{
    /// <summary>The largest encoded statement, in bytes: a NewSecret for <see cref="MembersMax"/> members fits.</summary>
    public const int StatementBytesMax = 256 * 1024;

    /// <summary>The most statements by one author; a sequence number beyond it is malformed.</summary>
    public const ulong StatementsPerAuthorMax = 65_536;

    /// <summary>The most hashes of others' statements that one statement names.</summary>
    public const int ParentsMax = 64;

    /// <summary>The most members at one time; whoever would be admitted beyond it is not.</summary>
    public const int MembersMax = 4_096;

    /// <summary>The most invites that could still be used at one time; an invite stated beyond it does not count.</summary>
    public const int LiveInvitesMax = 256;

    /// <summary>The most statements in a log. What comes beyond it is refused, not kept.</summary>
    public const int StatementsMax = 262_144;

    /// <summary>The most bytes of statements in a log: 256 MiB. What comes beyond it is refused, not kept.</summary>
    public const long LogBytesMax = 256L * 1024 * 1024;

    /// <summary>
    /// The most branches of one forked author that are kept unasked. A branch beyond it is set aside until another author's statement
    /// names it, so that a member who forks without end can fill nobody's log and stop nobody else's chain.
    /// </summary>
    public const int BranchesMax = 8;

    /// <summary>The most statements of further branches that are set aside; the oldest gives way.</summary>
    public const int SetAsideMax = 256;

    /// <summary>The most bytes of statements that are set aside: 4 MiB; the oldest gives way.</summary>
    public const int SetAsideBytesMax = 4 * 1024 * 1024;

    /// <summary>
    /// How far ahead of its own clock an author follows the times of others, in milliseconds (ten minutes). A clock that is years ahead
    /// thus drags nobody along.
    /// </summary>
    public const long ClockDriftMaxMilliseconds = 10 * 60 * 1000;
}
