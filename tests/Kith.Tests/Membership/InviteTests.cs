using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;

namespace Kith.Tests.Membership;

public class InviteTests
{
    private readonly TestNetwork _network = new();

    private MembershipLog Log => _network.Log;

    [Fact]
    public void members_invite_members_and_only_admins_invite_admins()
    {
        NodeKey a = _network.Join("a");
        byte[] secret = _network.Invite(Log, a);
        NodeKey b = NodeKey.Generate(_network.Random);
        TestNetwork.Add(Log, Log.PrepareJoin(b, secret, "b", _network.Now));
        Assert.Equal(MemberRole.Member, Log.State.Members[b.Id].Role);
        NodeId key = NodeKey.Generate(_network.Random).Id;
        Assert.Equal(PrepareOutcome.NotAdmin, Log.PrepareInvite(a, key, MemberRole.Admin, 1, ulong.MaxValue, _network.Now).Outcome);
        Log.Add(Log.Author(a, new InviteBody(key, MemberRole.Admin, 1, ulong.MaxValue), _network.Now));
        Assert.DoesNotContain(key, Log.State.Invites.Keys);
    }

    [Fact]
    public void of_two_that_use_the_last_place_at_once_the_first_in_order_gets_it_everywhere()
    {
        byte[] secret = _network.Invite(Log, _network.Founder, uses: 2);
        MembershipLog[] places = [_network.Copy(), _network.Copy(), _network.Copy()];
        NodeKey[] nodes = [.. places.Select(_ => NodeKey.Generate(_network.Random))];
        for (int i = 0; i < places.Length; i++)
        {
            TestNetwork.Add(places[i], places[i].PrepareJoin(nodes[i], secret, "pi", _network.Now + 10 - i));
        }

        foreach (MembershipLog place in places)
        {
            TestNetwork.Merge(Log, place);
        }

        Assert.DoesNotContain(nodes[0].Id, Log.State.Members.Keys);
        Assert.Equal("pi", Log.State.Members[nodes[2].Id].Name);
        Assert.Equal("pi-2", Log.State.Members[nodes[1].Id].Name);
        Assert.Equal(2, Log.State.Invites.Values.Single().Used);
    }

    [Fact]
    public void one_that_came_too_late_for_an_invite_joins_by_another_with_the_same_key()
    {
        byte[] first = _network.Invite(Log, _network.Founder);
        MembershipLog elsewhere = _network.Copy();
        NodeKey winner = NodeKey.Generate(_network.Random);
        NodeKey late = NodeKey.Generate(_network.Random);
        TestNetwork.Add(Log, Log.PrepareJoin(winner, first, "winner", _network.Now));
        TestNetwork.Add(elsewhere, elsewhere.PrepareJoin(late, first, "late", _network.Now + 1));
        TestNetwork.Merge(Log, elsewhere);
        Assert.DoesNotContain(late.Id, Log.State.Members.Keys);
        byte[] second = _network.Invite(Log, _network.Founder);
        TestNetwork.Add(Log, Log.PrepareJoin(late, second, "late", _network.Now));
        Assert.Contains(late.Id, Log.State.Members.Keys);
    }

    [Fact]
    public void an_invite_that_is_over_lets_nobody_in()
    {
        byte[] secret = _network.Invite(Log, _network.Founder, lifeMilliseconds: 1000);
        NodeKey node = NodeKey.Generate(_network.Random);
        Assert.Equal(PrepareOutcome.InviteExpired, Log.PrepareJoin(node, secret, "late", _network.Now + 1001).Outcome);
        NodeKey invite = NodeKey.FromSeed(secret);
        Log.Add(Log.Author(node, JoinBody.Sign(invite, Log.Id, node.Id, "late"), _network.Now + 1001));
        Assert.DoesNotContain(node.Id, Log.State.Members.Keys);
        Assert.Equal(InviteStanding.Expired, Log.State.InviteStandingAt(invite.Id, _network.Now + 1001));
    }

    [Fact]
    public void a_revoked_invite_lets_in_only_those_whose_join_the_revocation_had_seen()
    {
        byte[] secret = _network.Invite(Log, _network.Founder, uses: 3);
        NodeKey invite = NodeKey.FromSeed(secret);
        NodeKey seen = NodeKey.Generate(_network.Random);
        NodeKey unseen = NodeKey.Generate(_network.Random);
        TestNetwork.Add(Log, Log.PrepareJoin(seen, secret, "seen", _network.Now));
        MembershipLog elsewhere = _network.Copy();
        TestNetwork.Add(elsewhere, elsewhere.PrepareJoin(unseen, secret, "unseen", _network.Now));
        TestNetwork.Add(Log, Log.PrepareRevokeInvite(_network.Founder, invite.Id, _network.Now));
        TestNetwork.Merge(Log, elsewhere);
        Assert.Contains(seen.Id, Log.State.Members.Keys);
        Assert.DoesNotContain(unseen.Id, Log.State.Members.Keys);
        Assert.Equal(PrepareOutcome.InviteRevoked, Log.PrepareJoin(unseen, secret, "unseen", _network.Now).Outcome);
        Assert.Equal(PrepareOutcome.NothingToDo, Log.PrepareRevokeInvite(_network.Founder, invite.Id, _network.Now).Outcome);
        Assert.Equal(PrepareOutcome.UnknownInvite, Log.PrepareRevokeInvite(_network.Founder, seen.Id, _network.Now).Outcome);
    }

    [Fact]
    public void an_inviter_takes_back_its_own_invite_and_no_other()
    {
        NodeKey a = _network.Join("a");
        NodeKey b = _network.Join("b");
        NodeKey invite = NodeKey.FromSeed(_network.Invite(Log, a));
        Assert.Equal(PrepareOutcome.NotAdmin, Log.PrepareRevokeInvite(b, invite.Id, _network.Now).Outcome);
        Log.Add(Log.Author(b, new RevokeBody(true, invite.Id, 0), _network.Now));
        Assert.False(Log.State.Invites[invite.Id].Revoked);
        TestNetwork.Add(Log, Log.PrepareRevokeInvite(a, invite.Id, _network.Now));
        Assert.True(Log.State.Invites[invite.Id].Revoked);
    }

    [Fact]
    public void a_join_needs_the_invite_s_signature_over_this_network_node_and_name()
    {
        byte[] secret = _network.Invite(Log, _network.Founder, uses: 9);
        NodeKey invite = NodeKey.FromSeed(secret);
        NodeKey node = NodeKey.Generate(_network.Random);
        NodeKey other = NodeKey.Generate(_network.Random);
        JoinBody sound = JoinBody.Sign(invite, Log.Id, node.Id, "pi");
        Assert.Equal(AddResult.BadSignature, Log.Add(Log.Author(node, sound with { Name = "po" }, _network.Now)));
        Assert.Equal(AddResult.BadSignature, Log.Add(Log.Author(other, sound, _network.Now)));
        Assert.Equal(AddResult.BadSignature, Log.Add(Log.Author(node, JoinBody.Sign(invite, default, node.Id, "pi"), _network.Now)));
        Assert.Equal(AddResult.Added, Log.Add(Log.Author(node, sound, _network.Now)));
    }

    [Fact]
    public void whom_nothing_lets_in_is_a_stranger_and_not_kept()
    {
        NodeKey stranger = NodeKey.Generate(_network.Random);
        NodeKey unknown = NodeKey.Generate(_network.Random);
        int before = Log.Statements.Count;
        Assert.Equal(AddResult.Stranger, Log.Add(Log.Author(stranger, new RenameBody(stranger.Id, "x"), _network.Now)));
        Assert.Equal(AddResult.Stranger, Log.Add(Log.Author(stranger, JoinBody.Sign(unknown, Log.Id, stranger.Id, "x"), _network.Now)));
        Assert.Equal(before, Log.Statements.Count);
        TestNetwork.Add(Log, Log.PrepareAdmit(_network.Founder, stranger.Id, "friend", MemberRole.Member, _network.Now));
        TestNetwork.Add(Log, Log.PrepareRename(stranger, stranger.Id, "x", _network.Now));
        Assert.Equal("x", Log.State.Members[stranger.Id].Name);
        Assert.Null(Log.State.Members[stranger.Id].JoinedWith);
    }

    [Fact]
    public void an_invite_key_stated_twice_keeps_what_the_joiner_had_seen()
    {
        byte[] secret = _network.Invite(Log, _network.Founder, MemberRole.Admin);
        NodeKey invite = NodeKey.FromSeed(secret);
        NodeKey meddler = _network.Join("meddler");
        MembershipLog elsewhere = _network.Copy();
        Log.Add(Log.Author(meddler, new InviteBody(invite.Id, MemberRole.Member, 1, 1), 5));
        NodeKey node = NodeKey.Generate(_network.Random);
        TestNetwork.Add(elsewhere, elsewhere.PrepareJoin(node, secret, "pi", _network.Now));
        TestNetwork.Merge(Log, elsewhere);
        Assert.Equal(MemberRole.Admin, Log.State.Members[node.Id].Role);
    }
}
