using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Tests.Membership;

/// <summary>A founder with its log, and the steps that most tests begin with. Time is a number that the test moves.</summary>
internal sealed class TestNetwork
{
    public const uint Prefix = 0x6440_1000;

    public TestNetwork(ulong seed = 1)
    {
        Random = new SeededRandom(seed);
        Founder = NodeKey.Generate(Random);
        Log = MembershipLog.Found(Founder, "home", "founder", Prefix, Now, Random, out NetworkSecret secret);
        FirstSecret = secret;
    }

    public SeededRandom Random { get; }

    public NodeKey Founder { get; }

    public MembershipLog Log { get; }

    public NetworkSecret FirstSecret { get; }

    public long Now { get; set; } = 1_800_000_000_000;

    public NetworkState State => Log.State;

    /// <summary>Adds what was prepared to the founder's log.</summary>
    public static void Add(MembershipLog log, PrepareResult prepared)
    {
        Assert.Equal(PrepareOutcome.Ok, prepared.Outcome);
        foreach (Statement statement in prepared.Statements)
        {
            Assert.Contains(log.Add(statement), new[] { AddResult.Added, AddResult.Fork });
        }
    }

    /// <summary>Invites with a new key; returns its secret half.</summary>
    public byte[] Invite(MembershipLog log, NodeKey inviter, MemberRole role = MemberRole.Member, ushort uses = 1, long lifeMilliseconds = 86_400_000)
    {
        byte[] secret = new byte[NodeKey.SeedBytes];
        Random.Fill(secret);
        using NodeKey invite = NodeKey.FromSeed(secret);
        Add(log, log.PrepareInvite(inviter, invite.Id, role, uses, (ulong)(Now + lifeMilliseconds), Now));
        return secret;
    }

    /// <summary>A new device that joins through the founder's log.</summary>
    public NodeKey Join(string name, MemberRole role = MemberRole.Member)
    {
        byte[] secret = Invite(Log, Founder, role);
        NodeKey node = NodeKey.Generate(Random);
        Add(Log, Log.PrepareJoin(node, secret, name, ++Now));
        return node;
    }

    /// <summary>A second log with the same statements.</summary>
    public MembershipLog Copy() => Copy(Log);

    public static MembershipLog Copy(MembershipLog log)
    {
        Assert.True(MembershipLog.TryOpen(log.Id, log.Statements.Select(statement => statement.Encoded), out MembershipLog? copy, out string? error), error);
        return copy;
    }

    /// <summary>Gives each log what the other has.</summary>
    public static void Merge(MembershipLog a, MembershipLog b)
    {
        foreach (Statement statement in a.CollectMissing(b.Heads))
        {
            b.Add(statement);
        }

        foreach (Statement statement in b.CollectMissing(a.Heads))
        {
            a.Add(statement);
        }
    }

    public Member Member(NodeKey key) => State.Members[key.Id];
}
