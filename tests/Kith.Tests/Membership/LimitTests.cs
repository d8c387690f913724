using System.Diagnostics;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Membership.Fold;

namespace Kith.Tests.Membership;

public class LimitTests
{
    [Fact]
    public void a_network_has_no_more_members_than_the_maximum_and_one_secret_for_all()
    {
        TestNetwork network = new();
        MembershipLog log = network.Log;
        for (int i = 1; i < MembershipLimits.MembersMax; i++)
        {
            log.Add(log.Author(network.Founder, new AdmitBody(NodeKey.Generate(network.Random).Id, "d", MemberRole.Member, default), network.Now));
        }

        Assert.Equal(MembershipLimits.MembersMax, log.State.Members.Count);
        NodeId beyond = NodeKey.Generate(network.Random).Id;
        Assert.Equal(PrepareOutcome.TooMany, log.PrepareAdmit(network.Founder, beyond, "beyond", MemberRole.Member, network.Now).Outcome);
        log.Add(log.Author(network.Founder, new AdmitBody(beyond, "beyond", MemberRole.Member, default), network.Now));
        Assert.Equal(MembershipLimits.MembersMax, log.State.Members.Count);
        Assert.Equal(MembershipLimits.MembersMax, log.State.Members.Values.Select(static member => member.Name).Distinct().Count());
        TestNetwork.Add(log, log.PrepareNewSecret(network.Founder, network.Now, network.Random));
        Assert.True(log.TryOpenSecret(network.Founder, out NetworkSecret secret));
        Assert.Equal(2u, secret.Epoch);
    }

    [Fact]
    public void no_more_invites_can_be_live_than_the_maximum()
    {
        TestNetwork network = new();
        for (int i = 0; i < MembershipLimits.LiveInvitesMax; i++)
        {
            network.Invite(network.Log, network.Founder);
        }

        NodeId beyond = NodeKey.Generate(network.Random).Id;
        Assert.Equal(PrepareOutcome.TooMany, network.Log.PrepareInvite(network.Founder, beyond, MemberRole.Member, 1, ulong.MaxValue, network.Now).Outcome);
        network.Log.Add(network.Log.Author(network.Founder, new InviteBody(beyond, MemberRole.Member, 1, ulong.MaxValue), network.Now));
        Assert.DoesNotContain(beyond, network.State.Invites.Keys);
        network.Now += 90_000_000;
        network.Invite(network.Log, network.Founder);
        Assert.Equal(MembershipLimits.LiveInvitesMax + 1, network.State.Invites.Count);
    }

    [Fact]
    public void a_log_takes_no_more_statements_and_bytes_than_the_maxima()
    {
        TestNetwork network = new();
        MembershipLog log = network.Log;
        log.StatementsMax = log.Statements.Count + 2;
        log.LogBytesMax = log.Graph.Bytes + 5_000;
        Statement large = log.Author(network.Founder, new UnknownBody((BodyType)99, new byte[6_000]), network.Now);
        Assert.Equal(AddResult.TooMany, log.Add(large));
        Assert.Equal(AddResult.Added, log.Add(log.Author(network.Founder, new RenameBody(network.Founder.Id, "a"), network.Now)));
        Assert.Equal(AddResult.Added, log.Add(log.Author(network.Founder, new RenameBody(network.Founder.Id, "b"), network.Now)));
        Assert.Equal(AddResult.TooMany, log.Add(log.Author(network.Founder, new RenameBody(network.Founder.Id, "c"), network.Now)));
        Assert.Equal("b", network.Member(network.Founder).Name);
    }

    [Fact]
    public void whoever_fills_a_log_cannot_keep_admins_from_removing_it()
    {
        TestNetwork network = new();
        NodeKey loud = network.Join("loud");
        MembershipLog log = network.Log;
        log.StatementsMax = 100;
        int added = 0;
        while (log.Add(log.Author(loud, new RenameBody(loud.Id, $"loud{added}"), network.Now)) == AddResult.Added)
        {
            added++;
        }

        Assert.Equal(75, log.Statements.Count);
        Assert.Equal(AddResult.Added, log.Add(log.Author(network.Founder, new RevokeBody(false, loud.Id, 3), network.Now)));
        Assert.DoesNotContain(loud.Id, network.State.Members.Keys);
        Assert.Equal(AddResult.TooMany, log.Add(log.Author(loud, new RenameBody(loud.Id, "again"), network.Now)));
    }

    [Fact]
    public void an_author_with_more_tips_than_it_can_name_names_what_it_needs()
    {
        TestNetwork network = new();
        MembershipLog log = network.Log;
        List<NodeKey> keys = [];
        for (int i = 0; i < MembershipLimits.ParentsMax + 10; i++)
        {
            keys.Add(network.Join("d"));
        }

        MembershipLog start = network.Copy();
        byte[] secret = [];
        foreach (NodeKey key in keys)
        {
            MembershipLog alone = TestNetwork.Copy(start);
            secret = network.Invite(alone, key);
            TestNetwork.Merge(log, alone);
        }

        Assert.Equal(keys.Count, log.Graph.Tips.Count);
        NodeKey joiner = NodeKey.Generate(network.Random);
        TestNetwork.Add(log, log.PrepareJoin(joiner, secret, "joiner", network.Now));
        Assert.Contains(joiner.Id, log.State.Members.Keys);
        Assert.Equal(MembershipLimits.ParentsMax, log.Statements[^1].Parents.Count);
    }

    [Fact]
    public void more_revocations_than_are_weighed_in_one_round_all_count()
    {
        TestNetwork network = new();
        MembershipLog log = network.Log;
        int count = RevocationResolver.ClaimsPerRoundMax + 10;
        NodeId[] devices = [.. Enumerable.Range(0, count).Select(_ => NodeKey.Generate(network.Random).Id)];
        foreach (NodeId device in devices)
        {
            log.Add(log.Author(network.Founder, new AdmitBody(device, "d", MemberRole.Member, default), network.Now));
        }

        foreach (NodeId device in devices)
        {
            log.Add(log.Author(network.Founder, new RevokeBody(false, device, 0), network.Now));
        }

        Assert.Single(log.State.Members);
        Assert.All(devices, device => Assert.True(log.State.IsRevoked(device)));
    }

    [Fact]
    public void an_epoch_cannot_leap()
    {
        TestNetwork network = new();
        NewSecretBody leap = SecretSealing.Seal(network.Log.Id, uint.MaxValue, [network.Founder.Id], network.Random, out _);
        network.Log.Add(network.Log.Author(network.Founder, leap, network.Now));
        Assert.Equal(1u, network.State.SecretEpoch);
    }

    [Fact]
    public void ten_thousand_statements_open_again_with_the_same_state()
    {
        TestNetwork network = new();
        MembershipLog log = network.Log;
        NodeKey[] members = [.. Enumerable.Range(0, 20).Select(i => network.Join($"d{i}"))];
        for (int i = 0; log.Statements.Count < 10_000; i++)
        {
            NodeKey author = members[i % members.Length];
            log.Add(log.Author(author, new RenameBody(author.Id, $"n{i % 50}"), ++network.Now));
        }

        byte[][] kept = [.. log.Statements.Select(static statement => statement.Encoded.ToArray())];
        Stopwatch watch = Stopwatch.StartNew();
        Assert.True(MembershipLog.TryOpen(log.Id, kept.Select(static bytes => new ReadOnlyMemory<byte>(bytes)), out MembershipLog? again, out _));
        Assert.Equal(log.State.Digest, again.State.Digest);
        TestContext.Current.TestOutputHelper?.WriteLine($"10,000 statements opened and folded in {watch.ElapsedMilliseconds} ms");
    }
}
