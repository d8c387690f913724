using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Fold;

/// <summary>A device that was ever admitted, while the statements are folded.</summary>
internal sealed class FoldedDevice
{
    internal required NodeId Id { get; init; }

    internal required int AdmittedOrder { get; init; }

    internal required NodeId? JoinedWith { get; init; }

    internal required string Name { get; set; }

    internal required MemberRole Role { get; set; }

    internal required InternetAddress V4 { get; init; }

    /// <summary>Whether it is a member now and not a removed one.</summary>
    internal bool IsMember { get; set; } = true;

    /// <summary>What gave it its roles, in the fold's order.</summary>
    internal List<RoleFact> Facts { get; } = new(1);

    /// <summary>What this device may do as far as a statement has seen.</summary>
    internal Authority AuthorityAt(LogEntry entry)
    {
        RoleFact? admission = null;
        RoleFact? newest = null;
        for (int i = Facts.Count - 1; i >= 0 && newest is null; i--)
        {
            newest = Facts[i].Entry.IsSeenBy(entry) ? Facts[i] : null;
        }

        for (int i = 0; i < Facts.Count && admission is null && newest is not null; i++)
        {
            admission = Facts[i].Entry.IsSeenBy(entry) ? Facts[i] : null;
        }

        return new Authority(newest?.Role, admission?.Entry, newest?.Entry);
    }
}
