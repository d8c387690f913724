using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Tests.Membership;

public class RevocationTests
{
    private readonly TestNetwork _network = new();

    private MembershipLog Log => _network.Log;

    private NetworkState State => Log.State;

    [Fact]
    public void what_a_revoked_device_wrote_and_the_revocation_had_not_seen_is_void()
    {
        NodeKey a = _network.Join("a", MemberRole.Admin);
        MembershipLog elsewhere = _network.Copy();
        byte[] invite = _network.Invite(elsewhere, a);
        NodeKey guest = NodeKey.Generate(_network.Random);
        TestNetwork.Add(elsewhere, elsewhere.PrepareJoin(guest, invite, "guest", _network.Now));
        TestNetwork.Add(elsewhere, elsewhere.PrepareRole(a, guest.Id, MemberRole.Admin, _network.Now));
        Assert.Contains(guest.Id, elsewhere.State.Members.Keys);
        Revoke(Log, _network.Founder, a);
        Merge(elsewhere);
        Assert.DoesNotContain(guest.Id, State.Members.Keys);
        Assert.True(State.IsRevoked(a.Id));
    }

    [Fact]
    public void a_revocation_does_not_let_stand_what_it_had_not_seen_whatever_number_it_names()
    {
        NodeKey a = _network.Join("a", MemberRole.Admin);
        MembershipLog elsewhere = _network.Copy();
        byte[] invite = _network.Invite(elsewhere, a);
        NodeKey guest = NodeKey.Generate(_network.Random);
        TestNetwork.Add(elsewhere, elsewhere.PrepareJoin(guest, invite, "guest", _network.Now));
        TestNetwork.Add(Log, Log.PrepareRevoke(_network.Founder, a.Id, 1000, _network.Now, _network.Random));
        Merge(elsewhere);
        Assert.DoesNotContain(guest.Id, State.Members.Keys);
    }

    [Fact]
    public void a_mere_member_decides_nothing_for_others()
    {
        NodeKey a = _network.Join("a");
        NodeKey b = _network.Join("b");
        NodeKey stranger = NodeKey.Generate(_network.Random);
        Assert.Equal(PrepareOutcome.NotAdmin, Log.PrepareRole(a, a.Id, MemberRole.Admin, _network.Now).Outcome);
        foreach (StatementBody body in (StatementBody[])
        [
            new RoleBody(a.Id, MemberRole.Admin),
            new RoleBody(_network.Founder.Id, MemberRole.Member),
            new AdmitBody(stranger.Id, "stranger", MemberRole.Member, default),
            new RenameBody(b.Id, "mine"),
            new RevokeBody(false, b.Id, 0),
        ])
        {
            Log.Add(Log.Author(a, body, ++_network.Now));
        }

        Assert.Equal(MemberRole.Member, State.Members[a.Id].Role);
        Assert.Equal(MemberRole.Admin, State.Members[_network.Founder.Id].Role);
        Assert.DoesNotContain(stranger.Id, State.Members.Keys);
        Assert.Equal("b", State.Members[b.Id].Name);
    }

    [Fact]
    public void what_the_revocation_had_seen_stands()
    {
        NodeKey a = _network.Join("a", MemberRole.Admin);
        byte[] invite = _network.Invite(Log, a);
        NodeKey guest = NodeKey.Generate(_network.Random);
        TestNetwork.Add(Log, Log.PrepareJoin(guest, invite, "guest", _network.Now));
        Revoke(Log, _network.Founder, a);
        Assert.Contains(guest.Id, State.Members.Keys);
    }

    [Fact]
    public void a_backdated_revocation_voids_what_came_after_the_last_that_stands()
    {
        NodeKey a = _network.Join("a", MemberRole.Admin);
        byte[] first = _network.Invite(Log, a);
        ulong last = Log.HeadOf(a.Id)!.Value.Sequence;
        byte[] second = _network.Invite(Log, a);
        NodeKey early = NodeKey.Generate(_network.Random);
        NodeKey late = NodeKey.Generate(_network.Random);
        TestNetwork.Add(Log, Log.PrepareJoin(early, first, "early", _network.Now));
        TestNetwork.Add(Log, Log.PrepareJoin(late, second, "late", _network.Now));
        TestNetwork.Add(Log, Log.PrepareRevoke(_network.Founder, a.Id, last, _network.Now, _network.Random));
        Assert.Contains(early.Id, State.Members.Keys);
        Assert.DoesNotContain(late.Id, State.Members.Keys);
    }

    [Fact]
    public void where_two_admins_revoke_each_other_the_one_admitted_earlier_wins()
    {
        NodeKey older = _network.Join("older", MemberRole.Admin);
        NodeKey younger = _network.Join("younger", MemberRole.Admin);
        MembershipLog elsewhere = _network.Copy();
        // The younger one's clock is behind, so that its statement comes first in the order; that must not help.
        _network.Now -= 500_000;
        Revoke(elsewhere, younger, older);
        _network.Now += 500_000;
        Revoke(Log, older, younger);
        Merge(elsewhere);
        Assert.True(State.IsRevoked(younger.Id));
        Assert.Contains(older.Id, State.Members.Keys);
    }

    [Fact]
    public void a_younger_admin_may_revoke_an_older_one_who_does_not_revoke_back()
    {
        NodeKey older = _network.Join("older", MemberRole.Admin);
        NodeKey younger = _network.Join("younger", MemberRole.Admin);
        NodeKey third = _network.Join("third");
        MembershipLog elsewhere = _network.Copy();
        Revoke(Log, older, third);
        Revoke(elsewhere, younger, older);
        Merge(elsewhere);
        Assert.True(State.IsRevoked(older.Id));
        Assert.False(State.IsRevoked(third.Id));
        Assert.Contains(third.Id, State.Members.Keys);
    }

    [Fact]
    public void in_a_ring_of_three_the_first_admitted_wins_and_whom_it_does_not_revoke_goes_by_the_rest()
    {
        NodeKey a = _network.Join("a", MemberRole.Admin);
        NodeKey b = _network.Join("b", MemberRole.Admin);
        NodeKey c = _network.Join("c", MemberRole.Admin);
        MembershipLog ofA = _network.Copy();
        MembershipLog ofB = _network.Copy();
        MembershipLog ofC = _network.Copy();
        Revoke(ofA, a, b);
        Revoke(ofB, b, c);
        Revoke(ofC, c, a);
        Merge(ofC);
        Merge(ofB);
        Merge(ofA);
        // a goes first: b is out, so b's revocation of c is void, so c stands and so does its revocation of a: but a's had been taken.
        Assert.True(State.IsRevoked(b.Id));
        Assert.False(State.IsRevoked(c.Id));
        Assert.True(State.IsRevoked(a.Id));
    }

    [Fact]
    public void one_who_knows_it_was_revoked_cannot_revoke_back_with_an_earlier_number()
    {
        NodeKey younger = _network.Join("younger", MemberRole.Admin);
        NodeKey older = _network.Founder;
        Revoke(Log, younger, older);
        Assert.True(State.IsRevoked(older.Id));
        Statement back = Log.Author(older, new RevokeBody(false, younger.Id, 1), _network.Now);
        Assert.Equal(AddResult.Added, Log.Add(back));
        Assert.False(State.IsRevoked(younger.Id));
        Assert.True(State.IsRevoked(older.Id));
    }

    [Fact]
    public void a_revocation_that_would_undo_its_author_s_own_right_is_refused_and_does_not_count()
    {
        NodeKey promoter = _network.Join("promoter", MemberRole.Admin);
        NodeKey a = _network.Join("a");
        ulong before = Log.HeadOf(promoter.Id)!.Value.Sequence;
        TestNetwork.Add(Log, Log.PrepareRole(promoter, a.Id, MemberRole.Admin, _network.Now));
        Assert.Equal(PrepareOutcome.WouldUndoOwnRight, Log.PrepareRevoke(a, promoter.Id, before, _network.Now, _network.Random).Outcome);
        Log.Add(Log.Author(a, new RevokeBody(false, promoter.Id, before), _network.Now));
        Assert.False(State.IsRevoked(promoter.Id));
        Assert.True(State.Members[a.Id].IsAdmin);
        TestNetwork.Add(Log, Log.PrepareRevoke(a, promoter.Id, null, _network.Now, _network.Random));
        Assert.True(State.IsRevoked(promoter.Id));
    }

    [Fact]
    public void only_admins_revoke_others_and_anyone_may_leave()
    {
        NodeKey a = _network.Join("a");
        NodeKey b = _network.Join("b");
        Assert.Equal(PrepareOutcome.NotAdmin, Log.PrepareRevoke(a, b.Id, null, _network.Now, _network.Random).Outcome);
        Log.Add(Log.Author(a, new RevokeBody(false, b.Id, 1), _network.Now));
        Assert.Contains(b.Id, State.Members.Keys);
        TestNetwork.Add(Log, Log.PrepareRevoke(a, a.Id, null, _network.Now, _network.Random));
        Assert.True(State.IsRevoked(a.Id));
        Assert.True(State.SecretIsStale);
        TestNetwork.Add(Log, Log.PrepareNewSecret(_network.Founder, _network.Now, _network.Random));
        Assert.False(State.SecretIsStale);
        Assert.Equal(2u, State.SecretEpoch);
    }

    [Fact]
    public void a_demoted_admin_has_no_say_in_what_had_seen_the_demotion()
    {
        NodeKey a = _network.Join("a", MemberRole.Admin);
        NodeKey b = _network.Join("b");
        MembershipLog elsewhere = _network.Copy();
        TestNetwork.Add(Log, Log.PrepareRole(_network.Founder, a.Id, MemberRole.Member, _network.Now));
        TestNetwork.Add(elsewhere, elsewhere.PrepareRename(a, b.Id, "renamed-unaware", _network.Now));
        Merge(elsewhere);
        Assert.Equal("renamed-unaware", State.Members[b.Id].Name);
        Log.Add(Log.Author(a, new RoleBody(b.Id, MemberRole.Admin), _network.Now));
        Log.Add(Log.Author(a, new RenameBody(b.Id, "renamed-aware"), _network.Now));
        Assert.Equal(MemberRole.Member, State.Members[b.Id].Role);
        Assert.Equal("renamed-unaware", State.Members[b.Id].Name);
    }

    [Fact]
    public void a_revoked_device_is_out_for_good()
    {
        NodeKey a = _network.Join("a");
        Revoke(Log, _network.Founder, a);
        byte[] invite = _network.Invite(Log, _network.Founder);
        Assert.Equal(PrepareOutcome.DeviceRevoked, Log.PrepareAdmit(_network.Founder, a.Id, "again", MemberRole.Member, _network.Now).Outcome);
        Assert.Equal(PrepareOutcome.DeviceRevoked, Log.PrepareJoin(a, invite, "again", _network.Now).Outcome);
        Log.Add(Log.Author(_network.Founder, new AdmitBody(a.Id, "again", MemberRole.Member, default), _network.Now));
        Assert.DoesNotContain(a.Id, State.Members.Keys);
        Assert.Equal(PrepareOutcome.DeviceRevoked, Log.PrepareRevoke(_network.Founder, a.Id, null, _network.Now, _network.Random).Outcome);
        Assert.Equal(PrepareOutcome.UnknownDevice, Log.PrepareRevoke(_network.Founder, new NodeId(new byte[32]), null, _network.Now, _network.Random).Outcome);
    }

    [Fact]
    public void the_last_admin_can_neither_be_revoked_nor_demoted()
    {
        NodeKey a = _network.Join("a", MemberRole.Admin);
        MembershipLog elsewhere = _network.Copy();
        TestNetwork.Add(Log, Log.PrepareRole(_network.Founder, a.Id, MemberRole.Member, _network.Now));
        Assert.Equal(PrepareOutcome.LastAdmin, Log.PrepareRole(_network.Founder, _network.Founder.Id, MemberRole.Member, _network.Now).Outcome);
        Assert.Equal(PrepareOutcome.LastAdmin, Log.PrepareRevoke(_network.Founder, _network.Founder.Id, null, _network.Now, _network.Random).Outcome);
        TestNetwork.Add(elsewhere, elsewhere.PrepareRole(a, _network.Founder.Id, MemberRole.Member, _network.Now));
        Merge(elsewhere);
        Assert.Single(State.Members.Values, member => member.IsAdmin);
    }

    [Fact]
    public void concurrent_revocations_leave_a_secret_that_is_known_to_be_stale()
    {
        NodeKey admin = _network.Join("admin", MemberRole.Admin);
        NodeKey x = _network.Join("x");
        NodeKey y = _network.Join("y");
        MembershipLog elsewhere = _network.Copy();
        Revoke(Log, _network.Founder, x);
        Revoke(elsewhere, admin, y);
        Merge(elsewhere);
        Assert.True(State.IsRevoked(x.Id) && State.IsRevoked(y.Id));
        Assert.Equal(2u, State.SecretEpoch);
        Assert.True(State.SecretIsStale);
        TestNetwork.Add(Log, Log.PrepareNewSecret(admin, _network.Now, _network.Random));
        Assert.False(State.SecretIsStale);
        Assert.True(Log.TryOpenSecret(_network.Founder, out _));
        Assert.False(Log.TryOpenSecret(x, out _) || Log.TryOpenSecret(y, out _));
    }

    private void Revoke(MembershipLog log, NodeKey author, NodeKey target) =>
        TestNetwork.Add(log, log.PrepareRevoke(author, target.Id, null, ++_network.Now, _network.Random));

    private void Merge(MembershipLog other)
    {
        TestNetwork.Merge(Log, other);
        Assert.Equal(Log.State.Digest, other.State.Digest);
    }
}
