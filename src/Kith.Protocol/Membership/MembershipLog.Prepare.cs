using Kith.Protocol.Identity;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Membership.Fold;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>How this node states something: prepared and signed here, stored by the caller, then added.</summary>
public sealed partial class MembershipLog
{
    /// <summary>Founds a network: its genesis and its first secret are prepared, signed, and in the log. Store <see cref="Statements"/> before use.</summary>
    /// <param name="founder">The first member and admin.</param>
    /// <param name="networkName">The network's name.</param>
    /// <param name="deviceName">The founder's name.</param>
    /// <param name="ipv4Prefix">The network's IPv4 /20 (<see cref="VirtualAddress.RandomV4Prefix"/>), one that this machine does not use otherwise.</param>
    /// <param name="wallMilliseconds">The wall clock.</param>
    /// <param name="random">Randomness for the nonce and the secret.</param>
    /// <param name="secret">The first secret.</param>
    /// <exception cref="ArgumentException">A name or the prefix is not of its form.</exception>
    public static MembershipLog Found(
        NodeKey founder, string networkName, string deviceName, uint ipv4Prefix, long wallMilliseconds, RandomSource random, out NetworkSecret secret)
    {
        ArgumentNullException.ThrowIfNull(founder);
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> nonce = stackalloc byte[Bytes32.Length];
        random.Fill(nonce);
        GenesisBody body = new(new Bytes32(nonce), ipv4Prefix, networkName, deviceName);
        Statement genesis = Statement.Sign(default, founder, 1, default, [], HybridTime.FromMilliseconds(wallMilliseconds), body);
        MembershipLog log = new(genesis.Network);
        log.Add(genesis);
        log.Add(log.Author(founder, SecretSealing.Seal(log.Id, 1, [founder.Id], random, out secret), wallMilliseconds));
        return log;
    }

    /// <summary>Writes and signs the author's next statement. It is not in the log until it is added; whether it will count is not checked.</summary>
    public Statement Author(NodeKey author, StatementBody body, long wallMilliseconds) => AuthorAfter(null, author, body, wallMilliseconds);

    /// <summary>
    /// Prepares the statement of a device that joins with an invite: its first, or a further one where an earlier join came to nothing.
    /// </summary>
    /// <param name="node">The new device.</param>
    /// <param name="inviteSecret">The invite's secret half: an Ed25519 seed.</param>
    /// <param name="wantedName">The name it would like; a taken one gets a number.</param>
    /// <param name="wallMilliseconds">The wall clock; an invite that is over by it is refused.</param>
    public PrepareResult PrepareJoin(NodeKey node, ReadOnlySpan<byte> inviteSecret, string wantedName, long wallMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(node);
        using NodeKey invite = NodeKey.FromSeed(inviteSecret);
        PrepareOutcome refusal = State.InviteStandingAt(invite.Id, wallMilliseconds) switch
        {
            InviteStanding.Unknown => PrepareOutcome.UnknownInvite,
            InviteStanding.UsedUp => PrepareOutcome.InviteUsedUp,
            InviteStanding.Expired => PrepareOutcome.InviteExpired,
            InviteStanding.Revoked => PrepareOutcome.InviteRevoked,
            _ when !DeviceName.IsValid(wantedName) => PrepareOutcome.BadName,
            _ when State.IsRevoked(node.Id) => PrepareOutcome.DeviceRevoked,
            _ when State.Members.ContainsKey(node.Id) => PrepareOutcome.AlreadyMember,
            _ when State.Members.Count >= MembershipLimits.MembersMax => PrepareOutcome.TooMany,
            _ => PrepareOutcome.Ok,
        };
        return refusal != PrepareOutcome.Ok
            ? PrepareResult.Refused(refusal)
            : PrepareResult.Of(Author(node, JoinBody.Sign(invite, Id, node.Id, wantedName), wallMilliseconds));
    }

    /// <summary>Prepares the statement of an invite. Members may invite members, admins both.</summary>
    /// <param name="author">The inviter.</param>
    /// <param name="inviteKey">The invite's public key.</param>
    /// <param name="role">The role that joiners get.</param>
    /// <param name="uses">How many may join by it; at least 1.</param>
    /// <param name="expiresMilliseconds">Unix time in milliseconds after which nobody may.</param>
    /// <param name="wallMilliseconds">The wall clock.</param>
    public PrepareResult PrepareInvite(NodeKey author, NodeId inviteKey, MemberRole role, ushort uses, ulong expiresMilliseconds, long wallMilliseconds)
    {
        PrepareOutcome refusal = RefusalTo(author, role == MemberRole.Admin);
        if (refusal == PrepareOutcome.Ok && State.Invites.Values.Count(invite => invite.StandingAt(wallMilliseconds) == InviteStanding.Usable) >= MembershipLimits.LiveInvitesMax)
        {
            refusal = PrepareOutcome.TooMany;
        }

        return Prepare(refusal, author, new InviteBody(inviteKey, role, uses, expiresMilliseconds), wallMilliseconds);
    }

    /// <summary>Prepares taking an invite back: by an admin or by the inviter.</summary>
    public PrepareResult PrepareRevokeInvite(NodeKey author, NodeId inviteKey, long wallMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(author);
        InviteState? invite = State.Invites.GetValueOrDefault(inviteKey);
        PrepareOutcome refusal = RefusalTo(author, needsAdmin: invite is not null && invite.Creator != author.Id);
        refusal = refusal != PrepareOutcome.Ok ? refusal
            : invite is null ? PrepareOutcome.UnknownInvite
            : invite.Revoked ? PrepareOutcome.NothingToDo
            : PrepareOutcome.Ok;
        return Prepare(refusal, author, new RevokeBody(true, inviteKey, 0), wallMilliseconds);
    }

    /// <summary>
    /// Prepares the removal of a device, and with it a new secret for those who remain where the author is an admin and stays.
    /// A device may remove itself; then the admins who see it make the new secret (<see cref="NetworkState.SecretIsStale"/>).
    /// </summary>
    /// <param name="author">An admin, or the device itself.</param>
    /// <param name="node">The device.</param>
    /// <param name="lastStanding">The last sequence number of the device that stands; null for all that is known here.</param>
    /// <param name="wallMilliseconds">The wall clock.</param>
    /// <param name="random">Randomness for the secret.</param>
    public PrepareResult PrepareRevoke(NodeKey author, NodeId node, ulong? lastStanding, long wallMilliseconds, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(author);
        bool leaves = author.Id == node;
        PrepareOutcome refusal = RefusalTo(author, needsAdmin: !leaves);
        Member? target = State.Members.GetValueOrDefault(node);
        refusal = refusal != PrepareOutcome.Ok ? refusal
            : State.IsRevoked(node) ? PrepareOutcome.DeviceRevoked
            : target is null ? PrepareOutcome.UnknownDevice
            : target.IsAdmin && AdminCount() == 1 ? PrepareOutcome.LastAdmin
            : PrepareOutcome.Ok;
        if (refusal != PrepareOutcome.Ok)
        {
            return PrepareResult.Refused(refusal);
        }

        Statement revocation = Author(author, new RevokeBody(false, node, lastStanding ?? HeadOf(node)?.Sequence ?? 0), wallMilliseconds);
        if (!WouldCount(revocation))
        {
            return PrepareResult.Refused(PrepareOutcome.WouldUndoOwnRight);
        }

        if (leaves || !State.Members[author.Id].IsAdmin)
        {
            return PrepareResult.Of(revocation);
        }

        NewSecretBody secret = SecretSealing.Seal(Id, State.SecretEpoch + 1, State.Members.Keys.Where(member => member != node), random, out _);
        return PrepareResult.Of(revocation, AuthorAfter(revocation, author, secret, wallMilliseconds));
    }

    /// <summary>Prepares a new secret, sealed to all members: what an admin does when it finds the secret stale.</summary>
    public PrepareResult PrepareNewSecret(NodeKey author, long wallMilliseconds, RandomSource random)
    {
        PrepareOutcome refusal = RefusalTo(author, needsAdmin: true);
        return refusal != PrepareOutcome.Ok
            ? PrepareResult.Refused(refusal)
            : PrepareResult.Of(Author(author, SecretSealing.Seal(Id, State.SecretEpoch + 1, State.Members.Keys, random, out _), wallMilliseconds));
    }

    /// <summary>Prepares another name for a device: by itself or by an admin.</summary>
    public PrepareResult PrepareRename(NodeKey author, NodeId node, string name, long wallMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(author);
        PrepareOutcome refusal = RefusalTo(author, needsAdmin: author.Id != node);
        Member? holder = State.FindByName(name);
        refusal = refusal != PrepareOutcome.Ok ? refusal
            : !State.Members.ContainsKey(node) ? PrepareOutcome.UnknownDevice
            : !DeviceName.IsValid(name) ? PrepareOutcome.BadName
            : holder is null ? PrepareOutcome.Ok
            : holder.Id == node ? PrepareOutcome.NothingToDo
            : PrepareOutcome.NameTaken;
        return Prepare(refusal, author, new RenameBody(node, name), wallMilliseconds);
    }

    /// <summary>Prepares another role for a member.</summary>
    public PrepareResult PrepareRole(NodeKey author, NodeId node, MemberRole role, long wallMilliseconds)
    {
        PrepareOutcome refusal = RefusalTo(author, needsAdmin: true);
        Member? target = State.Members.GetValueOrDefault(node);
        refusal = refusal != PrepareOutcome.Ok ? refusal
            : target is null ? PrepareOutcome.UnknownDevice
            : target.Role == role ? PrepareOutcome.NothingToDo
            : target.IsAdmin && AdminCount() == 1 ? PrepareOutcome.LastAdmin
            : PrepareOutcome.Ok;
        return Prepare(refusal, author, new RoleBody(node, role), wallMilliseconds);
    }

    /// <summary>Prepares the admission of a device by its key, without an invite.</summary>
    public PrepareResult PrepareAdmit(NodeKey author, NodeId node, string name, MemberRole role, long wallMilliseconds)
    {
        PrepareOutcome refusal = RefusalTo(author, needsAdmin: true);
        refusal = refusal != PrepareOutcome.Ok ? refusal
            : State.IsRevoked(node) ? PrepareOutcome.DeviceRevoked
            : State.Members.ContainsKey(node) ? PrepareOutcome.AlreadyMember
            : !DeviceName.IsValid(name) ? PrepareOutcome.BadName
            : State.FindByName(name) is not null ? PrepareOutcome.NameTaken
            : State.Members.Count >= MembershipLimits.MembersMax ? PrepareOutcome.TooMany
            : PrepareOutcome.Ok;
        return Prepare(refusal, author, new AdmitBody(node, name, role, default), wallMilliseconds);
    }

    /// <summary>Prepares the decision of a frozen device: the branch on which the named statement lies stands.</summary>
    public PrepareResult PrepareRuling(NodeKey author, NodeId node, Bytes32 standingHead, long wallMilliseconds)
    {
        PrepareOutcome refusal = RefusalTo(author, needsAdmin: true);
        bool known = _graph.TryGet(standingHead, out LogEntry? head) && head.Statement.Author == node;
        refusal = refusal != PrepareOutcome.Ok ? refusal
            : State.IsRevoked(node) ? PrepareOutcome.DeviceRevoked
            : !known ? PrepareOutcome.UnknownDevice
            : !CurrentPass().Rulings.IsFrozen(node) ? PrepareOutcome.NothingToDo
            : PrepareOutcome.Ok;
        string name = State.Members.GetValueOrDefault(node)?.Name ?? "device";
        MemberRole role = State.Members.GetValueOrDefault(node)?.Role ?? MemberRole.Member;
        return Prepare(refusal, author, new AdmitBody(node, name, role, standingHead), wallMilliseconds);
    }

    private PrepareResult Prepare(PrepareOutcome refusal, NodeKey author, StatementBody body, long wallMilliseconds) =>
        refusal == PrepareOutcome.Ok ? PrepareResult.Of(Author(author, body, wallMilliseconds)) : PrepareResult.Refused(refusal);

    private PrepareOutcome RefusalTo(NodeKey author, bool needsAdmin)
    {
        ArgumentNullException.ThrowIfNull(author);
        Member? member = State.Members.GetValueOrDefault(author.Id);
        return member is null ? PrepareOutcome.NotMember
            : member.Frozen ? PrepareOutcome.Frozen
            : needsAdmin && !member.IsAdmin ? PrepareOutcome.NotAdmin
            : HeadOf(author.Id)?.Sequence >= MembershipLimits.StatementsPerAuthorMax - 1 ? PrepareOutcome.TooMany
            : PrepareOutcome.Ok;
    }

    private int AdminCount() => State.Members.Values.Count(static member => member.IsAdmin);

    /// <summary>Whether a revocation would be among those that count if it were added now; tried on a copy of the graph.</summary>
    private bool WouldCount(Statement revocation)
    {
        MembershipLog trial = new(Id);
        foreach (LogEntry entry in _graph.Arrived)
        {
            trial.AddChecked(entry.Statement, mayFork: true);
        }

        return trial.AddChecked(revocation, mayFork: true) == AddResult.Added
            && trial.State.IsRevoked(((RevokeBody)revocation.Body).Key);
    }

    private Statement AuthorAfter(Statement? prepared, NodeKey author, StatementBody body, long wallMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(author);
        ArgumentNullException.ThrowIfNull(body);
        LogEntry? head = prepared is null ? StandingHeadOf(author.Id) : null;
        Statement? previous = prepared ?? head?.Statement;
        LogEntry? needed = NeededBy(body);
        List<LogEntry> tips = prepared is null
            ? [.. _graph.Tips.Where(tip => tip != head).OrderByDescending(tip => needed?.IsSeenBy(tip) == true).ThenBy(static tip => tip.Index).Take(MembershipLimits.ParentsMax)]
            : [];
        ulong newestSeen = Math.Max(previous?.Time.Value ?? 0, tips.Count == 0 ? 0 : tips.Max(static tip => tip.Statement.Time.Value));
        return Statement.Sign(
            Id,
            author,
            (previous?.Sequence ?? 0) + 1,
            previous?.Hash ?? default,
            tips.Select(static tip => tip.Statement.Hash),
            HybridTime.Next(new HybridTime(newestSeen), wallMilliseconds),
            body);
    }

    /// <summary>The statement that the author's next one follows: the head of the branch that stands.</summary>
    private LogEntry? StandingHeadOf(NodeId author)
    {
        AuthorChain? chain = _graph.Chain(author);
        return chain is null ? null
            : !chain.IsForked ? chain.Heads[0]
            : chain.Heads.OrderByDescending(CurrentPass().Rulings.Stands).ThenByDescending(static head => head.Statement.Sequence).First();
    }

    /// <summary>The statement that this one means nothing without having seen, so that it is seen even where the log has more tips than can be named.</summary>
    private LogEntry? NeededBy(StatementBody body)
    {
        Bytes32 hash = body switch
        {
            AdmitBody admit => admit.StandingHead,
            RevokeBody { IsInvite: false } revoke => HeadOf(revoke.Key)?.Hash ?? default,
            JoinBody join => _graph.InviteOf(join.InviteKey)?.Statement.Hash ?? default,
            _ => default,
        };
        return _graph.TryGet(hash, out LogEntry? entry) ? entry : null;
    }
}
