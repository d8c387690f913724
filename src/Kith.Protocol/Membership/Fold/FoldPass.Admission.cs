using Kith.Protocol.Identity;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Fold;

/// <summary>Invites, joins, admissions, roles and names.</summary>
internal sealed partial class FoldPass
{
    /// <summary>By how much an epoch may exceed the highest its author had seen; more would let one admin use the numbers up.</summary>
    private const uint EpochStepMax = 65_536;

    private bool ApplyInvite(LogEntry entry, InviteBody body, Authority authority)
    {
        ulong now = (ulong)entry.Statement.Time.Milliseconds;
        _liveInvites.RemoveAll(invite => invite.IsUsedUp || invite.Body.ExpiresMilliseconds < now || revocations.HasInvite(invite.Body.InviteKey));
        if ((body.Role == MemberRole.Admin && !authority.IsAdmin) || _liveInvites.Count >= MembershipLimits.LiveInvitesMax)
        {
            return false;
        }

        FoldedInvite folded = new(entry, body);
        if (!_invites.TryGetValue(body.InviteKey, out List<FoldedInvite>? sameKey))
        {
            sameKey = new List<FoldedInvite>(1);
            _invites.Add(body.InviteKey, sameKey);
        }

        sameKey.Add(folded);
        _liveInvites.Add(folded);
        return true;
    }

    private void ApplyJoin(LogEntry entry, JoinBody body)
    {
        NodeId node = entry.Statement.Author;
        FoldedInvite? invite = InviteSeenBy(entry, body.InviteKey);
        if (invite is null || (ulong)entry.Statement.Time.Milliseconds > invite.Body.ExpiresMilliseconds || _revoked.Contains(node))
        {
            return;
        }

        if (TryGetMember(node, out FoldedDevice? member))
        {
            // Admitted by key meanwhile: the join uses nothing up and changes nothing, but whoever has seen it alone knows the device by it.
            member.Facts.Insert(0, new RoleFact(entry, invite.Body.Role));
            _grounds[entry] = (invite.Entry, null);
        }
        else if (!invite.IsUsedUp && Admit(entry, node, body.Name, invite.Body.Role, body.InviteKey))
        {
            invite.Used++;
            _grounds[entry] = (invite.Entry, null);
        }
    }

    private bool ApplyAdmit(LogEntry entry, AdmitBody body, Authority authority)
    {
        if (!authority.IsAdmin || _revoked.Contains(body.Node))
        {
            return false;
        }

        bool decides = false;
        if (graph.TryGet(body.StandingHead, out LogEntry? head) && head.Statement.Author == body.Node && head.IsSeenBy(entry))
        {
            decides = graph.Chain(body.Node)!.IsForked;
            _namedHeads[body.Node] = head;
        }

        bool admits = !TryGetMember(body.Node, out _) && Admit(entry, body.Node, body.Name, body.Role, null);
        return decides || admits;
    }

    private bool ApplyRole(LogEntry entry, RoleBody body, Authority authority)
    {
        if (!authority.IsAdmin || !TryGetMember(body.Node, out FoldedDevice? device)
            || (device.Role == MemberRole.Admin && body.Role != MemberRole.Admin && _adminCount == 1))
        {
            return false;
        }

        _adminCount += (body.Role == MemberRole.Admin ? 1 : 0) - (device.Role == MemberRole.Admin ? 1 : 0);
        device.Role = body.Role;
        device.Facts.Add(new RoleFact(entry, body.Role));
        return true;
    }

    private bool ApplyRename(LogEntry entry, RenameBody body, Authority authority)
    {
        if (!(authority.IsAdmin || body.Node == entry.Statement.Author) || !TryGetMember(body.Node, out FoldedDevice? device))
        {
            return false;
        }

        if (device.Name != body.Name)
        {
            _byName.Remove(device.Name);
            device.Name = FreeName(body.Name);
            _byName.Add(device.Name, device);
        }

        return true;
    }

    private bool Admit(LogEntry entry, NodeId node, string name, MemberRole role, NodeId? joinedWith)
    {
        if (_memberCount >= MembershipLimits.MembersMax || _devices.ContainsKey(node))
        {
            return false;
        }

        FoldedDevice device = new()
        {
            Id = node,
            AdmittedOrder = _admitted++,
            JoinedWith = joinedWith,
            Name = FreeName(name),
            Role = role,
            V4 = FreeV4(node),
        };
        device.Facts.Add(new RoleFact(entry, role));
        _devices.Add(node, device);
        _byName.Add(device.Name, device);
        if (!device.V4.IsNone)
        {
            _byV4.Add(device.V4, device);
        }

        _memberCount++;
        _adminCount += role == MemberRole.Admin ? 1 : 0;
        return true;
    }

    private FoldedInvite? InviteSeenBy(LogEntry entry, NodeId key) =>
        _invites.TryGetValue(key, out List<FoldedInvite>? sameKey) ? sameKey.Find(invite => invite.Entry.IsSeenBy(entry)) : null;

    private string FreeName(string wanted)
    {
        string name = wanted;
        while (_byName.ContainsKey(name))
        {
            int number = _nextNumber.GetValueOrDefault(wanted, 2);
            _nextNumber[wanted] = number + 1;
            name = DeviceName.WithNumber(wanted, number);
        }

        return name;
    }

    private InternetAddress FreeV4(NodeId node)
    {
        for (int attempt = 0; attempt < VirtualAddress.AttemptsMax; attempt++)
        {
            InternetAddress address = VirtualAddress.ForV4(_genesis!.Ipv4Prefix, node, attempt);
            if (!_byV4.ContainsKey(address))
            {
                return address;
            }
        }

        return InternetAddress.None;
    }
}
