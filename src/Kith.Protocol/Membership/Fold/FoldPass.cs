using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Fold;

/// <summary>
/// One pass over the statements in the fold's order, under given rulings and revocations. Also finds what the next pass must know: the
/// heads that admins named, and the revocations that their authors had a right to.
/// </summary>
internal sealed partial class FoldPass(LogGraph graph, RevocationSet revocations, ForkRulings rulings)
{
    private readonly Dictionary<NodeId, FoldedDevice> _devices = [];
    private readonly Dictionary<string, FoldedDevice> _byName = [];
    private readonly Dictionary<string, int> _nextNumber = [];
    private readonly Dictionary<InternetAddress, FoldedDevice> _byV4 = [];
    private readonly Dictionary<NodeId, List<FoldedInvite>> _invites = [];
    private readonly List<FoldedInvite> _liveInvites = [];
    private readonly HashSet<NodeId> _revoked = [];
    private readonly List<LogEntry> _secrets = [];
    private readonly Dictionary<LogEntry, (LogEntry? First, LogEntry? Second)> _grounds = [];
    private readonly Dictionary<NodeId, LogEntry> _namedHeads = [];
    private readonly List<LogEntry> _claims = [];
    private GenesisBody? _genesis;
    private LogEntry? _secret;
    private int _admitted;
    private int _memberCount;
    private int _adminCount;

    /// <summary>The heads of forked authors that admins named; the last in order where there are several.</summary>
    internal IReadOnlyDictionary<NodeId, LogEntry> NamedHeads => _namedHeads;

    /// <summary>Revocations that do not count yet, but whose authors had a right to them.</summary>
    internal IReadOnlyList<LogEntry> Claims => _claims;

    /// <summary>The revocations this pass goes by.</summary>
    internal RevocationSet Revocations => revocations;

    /// <summary>The rulings this pass goes by.</summary>
    internal ForkRulings Rulings => rulings;

    /// <summary>The newest secret's statement.</summary>
    internal LogEntry? Secret => _secret;

    /// <summary>A device that was ever admitted, or null.</summary>
    internal FoldedDevice? Device(NodeId id) => _devices.GetValueOrDefault(id);

    /// <summary>The statements that a counted statement's right rests on, directly.</summary>
    internal (LogEntry? First, LogEntry? Second) GroundsOf(LogEntry entry) => _grounds.GetValueOrDefault(entry);

    /// <summary>Takes the next statement in order.</summary>
    internal void Apply(LogEntry entry)
    {
        Statement statement = entry.Statement;
        if (statement.Body is RevokeBody revoke && revocations.Contains(entry))
        {
            ApplyRevoke(revoke);
            return;
        }

        if (!rulings.Stands(entry) || revocations.Voids(entry))
        {
            return;
        }

        if (statement.Body is GenesisBody genesis)
        {
            _genesis = genesis;
            Admit(entry, statement.Author, genesis.DeviceName, MemberRole.Admin, null);
        }
        else if (statement.Body is JoinBody join)
        {
            ApplyJoin(entry, join);
        }
        else if (Device(statement.Author)?.AuthorityAt(entry) is { IsMember: true } authority && ApplyBy(entry, authority))
        {
            _grounds[entry] = (authority.Admission, authority.RoleGiven);
        }
    }

    private bool ApplyBy(LogEntry entry, Authority authority) => entry.Statement.Body switch
    {
        InviteBody invite => ApplyInvite(entry, invite, authority),
        AdmitBody admit => ApplyAdmit(entry, admit, authority),
        RoleBody role => ApplyRole(entry, role, authority),
        RenameBody rename => ApplyRename(entry, rename, authority),
        RevokeBody revoke => ClaimRevoke(entry, revoke, authority),
        NewSecretBody secret => ApplyNewSecret(entry, secret, authority),
        _ => false,
    };

    private void ApplyRevoke(RevokeBody body)
    {
        if (body.IsInvite || !_revoked.Add(body.Key) || !TryGetMember(body.Key, out FoldedDevice? device))
        {
            return;
        }

        device.IsMember = false;
        _memberCount--;
        _adminCount -= device.Role == MemberRole.Admin ? 1 : 0;
        _byName.Remove(device.Name);
        _byV4.Remove(device.V4);
    }

    private bool ClaimRevoke(LogEntry entry, RevokeBody body, Authority authority)
    {
        bool mayRevoke = body.IsInvite
            ? InviteSeenBy(entry, body.Key) is FoldedInvite invite && (authority.IsAdmin || invite.Entry.Statement.Author == entry.Statement.Author)
            : Device(body.Key)?.AuthorityAt(entry).IsMember == true && (authority.IsAdmin || body.Key == entry.Statement.Author);
        if (mayRevoke)
        {
            _claims.Add(entry);
        }

        return mayRevoke;
    }

    private bool ApplyNewSecret(LogEntry entry, NewSecretBody body, Authority authority)
    {
        uint highestSeen = 0;
        foreach (LogEntry other in _secrets)
        {
            highestSeen = other.IsSeenBy(entry) ? Math.Max(highestSeen, EpochOf(other)) : highestSeen;
        }

        if (!authority.IsAdmin || body.Epoch <= highestSeen || body.Epoch - highestSeen > EpochStepMax)
        {
            return false;
        }

        _secrets.Add(entry);
        _secret = _secret is null || body.Epoch > EpochOf(_secret) ? entry : _secret;
        return true;
    }

    private static uint EpochOf(LogEntry entry) => ((NewSecretBody)entry.Statement.Body).Epoch;

    private bool TryGetMember(NodeId id, [NotNullWhen(true)] out FoldedDevice? device) => _devices.TryGetValue(id, out device) && device.IsMember;
}
