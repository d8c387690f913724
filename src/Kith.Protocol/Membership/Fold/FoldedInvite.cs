using Kith.Protocol.Membership.Bodies;

namespace Kith.Protocol.Membership.Fold;

/// <summary>An invite that counts, while the statements are folded.</summary>
internal sealed class FoldedInvite(LogEntry entry, InviteBody body)
{
    internal LogEntry Entry { get; } = entry;

    internal InviteBody Body { get; } = body;

    internal int Used { get; set; }

    internal bool IsUsedUp => Used >= Body.Uses;
}
