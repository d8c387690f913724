using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Tests.Membership;

public class ForkTests
{
    private readonly TestNetwork _network = new();
    private readonly NodeKey _a;
    private readonly MembershipLog _other;

    public ForkTests()
    {
        _a = _network.Join("a", MemberRole.Admin);
        Rename(Log, "before");
        _other = _network.Copy();
        Rename(Log, "left");
        Rename(_other, "right");
    }

    private MembershipLog Log => _network.Log;

    private NetworkState State => Log.State;

    [Fact]
    public void a_fork_freezes_its_author_at_the_last_statement_before_it()
    {
        Statement right = _other.Statements[^1];
        Assert.Equal(AddResult.Fork, Log.Add(right));
        Assert.True(State.Members[_a.Id].Frozen);
        Assert.Equal("before", State.Members[_a.Id].Name);
        Assert.Equal(PrepareOutcome.Frozen, Log.PrepareRename(_a, _a.Id, "more", _network.Now).Outcome);
        TestNetwork.Merge(Log, _other);
        Assert.Equal(State.Digest, _other.State.Digest);
    }

    [Fact]
    public void a_ruling_lets_one_branch_stand_and_what_follows_it()
    {
        TestNetwork.Merge(Log, _other);
        Bytes32 right = _other.Statements.Last(statement => statement.Body is RenameBody { Name: "right" }).Hash;
        TestNetwork.Add(Log, Log.PrepareRuling(_network.Founder, _a.Id, right, _network.Now));
        Assert.False(State.Members[_a.Id].Frozen);
        Assert.Equal("right", State.Members[_a.Id].Name);
        TestNetwork.Add(Log, Log.PrepareRename(_a, _a.Id, "after", _network.Now));
        Assert.Equal("after", State.Members[_a.Id].Name);
        Assert.Equal(PrepareOutcome.NothingToDo, Log.PrepareRuling(_network.Founder, _a.Id, right, _network.Now).Outcome);
    }

    [Fact]
    public void a_second_fork_after_a_ruling_freezes_again()
    {
        TestNetwork.Merge(Log, _other);
        Bytes32 right = _other.Statements.Last(statement => statement.Body is RenameBody { Name: "right" }).Hash;
        TestNetwork.Add(Log, Log.PrepareRuling(_network.Founder, _a.Id, right, _network.Now));
        MembershipLog again = _network.Copy();
        Rename(Log, "one");
        Rename(again, "two");
        TestNetwork.Merge(Log, again);
        Assert.True(State.Members[_a.Id].Frozen);
        Assert.Equal("right", State.Members[_a.Id].Name);
    }

    [Fact]
    public void the_forker_cannot_rule_upon_itself()
    {
        TestNetwork.Merge(Log, _other);
        Bytes32 left = Log.Statements.Last(statement => statement.Body is RenameBody { Name: "left" }).Hash;
        Assert.Equal(PrepareOutcome.Frozen, Log.PrepareRuling(_a, _a.Id, left, _network.Now).Outcome);
        Log.Add(Log.Author(_a, new AdmitBody(_a.Id, "x", MemberRole.Admin, left), _network.Now));
        Assert.True(State.Members[_a.Id].Frozen);
    }

    [Fact]
    public void a_frozen_device_can_be_revoked()
    {
        TestNetwork.Merge(Log, _other);
        TestNetwork.Add(Log, Log.PrepareRevoke(_network.Founder, _a.Id, null, _network.Now, _network.Random));
        Assert.True(State.IsRevoked(_a.Id));
        Assert.Equal(2u, State.SecretEpoch);
    }

    [Fact]
    public void branches_beyond_the_maximum_wait_until_another_author_names_one()
    {
        NodeKey b = _network.Join("b");
        MembershipLog start = _network.Copy();
        List<MembershipLog> places = [];
        for (int i = 0; i < MembershipLimits.BranchesMax + 2; i++)
        {
            MembershipLog place = TestNetwork.Copy(start);
            Rename(place, $"branch{i}");
            Rename(place, $"branch{i}-next");
            places.Add(place);
        }

        MembershipLog victim = places[^1];
        TestNetwork.Add(victim, victim.PrepareRename(b, b.Id, "b-who-saw-the-last-branch", _network.Now));
        AddResult[] results = [.. places.Take(places.Count - 1).SelectMany(static place => place.Statements).Select(Log.Add)];
        Assert.Contains(AddResult.TooMany, results);
        Assert.Equal(MembershipLimits.BranchesMax, Log.Graph.Chain(_a.Id)!.Heads.Count);
        foreach (Statement statement in victim.Statements)
        {
            Log.Add(statement);
        }

        Assert.Equal("b-who-saw-the-last-branch", State.Members[b.Id].Name);
        Assert.Equal(MembershipLimits.BranchesMax + 1, Log.Graph.Chain(_a.Id)!.Heads.Count);
        Assert.True(State.Members[_a.Id].Frozen);
    }

    [Fact]
    public void what_is_set_aside_is_bounded()
    {
        SetAsideStatements aside = new();
        for (int i = 0; i < MembershipLimits.SetAsideMax + 10; i++)
        {
            aside.Add(Log.Author(_a, new UnknownBody((BodyType)99, new byte[i]), _network.Now));
        }

        Assert.Equal(MembershipLimits.SetAsideMax, aside.Count);
        for (int i = 0; i < 20; i++)
        {
            aside.Add(Log.Author(_a, new UnknownBody((BodyType)99, new byte[MembershipLimits.StatementBytesMax - 2000 + i]), _network.Now));
        }

        Assert.InRange(aside.Count, 1, MembershipLimits.SetAsideBytesMax / (MembershipLimits.StatementBytesMax - 3000));
    }

    private void Rename(MembershipLog log, string name) => Assert.Equal(AddResult.Added, log.Add(log.Author(_a, new RenameBody(_a.Id, name), ++_network.Now)));
}
