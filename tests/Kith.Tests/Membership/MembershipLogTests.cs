using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Tests.Membership;

public class MembershipLogTests
{
    [Fact]
    public void the_founder_is_the_first_member_and_an_admin_and_holds_the_first_secret()
    {
        TestNetwork network = new();
        Member founder = network.Member(network.Founder);
        Assert.Equal("home", network.State.Name);
        Assert.Equal("founder", founder.Name);
        Assert.True(founder.IsAdmin);
        Assert.Equal(0, founder.AdmittedOrder);
        Assert.Equal(1u, network.State.SecretEpoch);
        Assert.False(network.State.SecretIsStale);
        Assert.True(network.Log.TryOpenSecret(network.Founder, out NetworkSecret secret));
        Assert.Equal(network.FirstSecret, secret);
        Assert.Equal(network.Log.Id, new NetworkId(network.Log.Statements[0].Hash));
    }

    [Fact]
    public void a_device_joins_by_an_invite_and_the_invite_is_used_up()
    {
        TestNetwork network = new();
        byte[] secret = network.Invite(network.Log, network.Founder);
        using NodeKey pi = NodeKey.Generate(network.Random);
        TestNetwork.Add(network.Log, network.Log.PrepareJoin(pi, secret, "pi", network.Now));
        Member member = network.Member(pi);
        Assert.Equal("pi", member.Name);
        Assert.Equal(MemberRole.Member, member.Role);
        Assert.Equal(1, member.AdmittedOrder);
        using NodeKey invite = NodeKey.FromSeed(secret);
        Assert.Equal(invite.Id, member.JoinedWith);
        Assert.Equal(InviteStanding.UsedUp, network.State.InviteStandingAt(invite.Id, network.Now));
        using NodeKey second = NodeKey.Generate(network.Random);
        Assert.Equal(PrepareOutcome.InviteUsedUp, network.Log.PrepareJoin(second, secret, "second", network.Now).Outcome);
    }

    [Fact]
    public void a_revoked_device_is_no_member_and_the_rest_share_a_secret_it_cannot_open()
    {
        TestNetwork network = new();
        NodeKey a = network.Join("a");
        NodeKey b = network.Join("b");
        TestNetwork.Add(network.Log, network.Log.PrepareRevoke(network.Founder, a.Id, null, network.Now, network.Random));
        Assert.True(network.State.IsRevoked(a.Id));
        Assert.DoesNotContain(a.Id, network.State.Members.Keys);
        Assert.Equal(2u, network.State.SecretEpoch);
        Assert.False(network.State.SecretIsStale);
        Assert.True(network.Log.TryOpenSecret(b, out NetworkSecret ofB));
        Assert.True(network.Log.TryOpenSecret(network.Founder, out NetworkSecret ofFounder));
        Assert.Equal(ofFounder, ofB);
        Assert.True(network.Log.IsNewestSecret(ofB));
        Assert.False(network.Log.IsNewestSecret(network.FirstSecret));
        Assert.False(network.Log.TryOpenSecret(a, out _));
    }

    [Fact]
    public void a_log_opens_again_with_the_same_state()
    {
        TestNetwork network = new();
        network.Join("a");
        network.Join("a", MemberRole.Admin);
        Assert.Equal(network.State.Digest, network.Copy().State.Digest);
        Assert.Equal("a-2", network.State.Members.Values.Single(member => member.AdmittedOrder == 2).Name);
    }
}
