using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>A small network with one statement of every kind, always the same.</summary>
internal static class MembershipSamples
{
    public const long Now = 1_795_000_000_000;

    /// <summary>The keys of all who ever belonged to it, of its invite, and of a stranger.</summary>
    public static NodeKey[] Keys()
    {
        SeededSource random = new(7);
        return [NodeKey.Generate(random), NodeKey.Generate(random), NodeKey.Generate(random), NodeKey.FromSeed([.. Enumerable.Repeat((byte)9, NodeKey.SeedBytes)]), NodeKey.FromSeed(new byte[NodeKey.SeedBytes])];
    }

    public static MembershipLog Log()
    {
        SeededSource random = new(7);
        NodeKey founder = NodeKey.Generate(random);
        NodeKey node = NodeKey.Generate(random);
        NodeKey friend = NodeKey.Generate(random);
        byte[] inviteSecret = [.. Enumerable.Repeat((byte)9, NodeKey.SeedBytes)];
        using NodeKey invite = NodeKey.FromSeed(inviteSecret);
        MembershipLog log = MembershipLog.Found(founder, "home", "laptop", 0x6440_1000, Now, random, out _);
        Add(log, log.PrepareInvite(founder, invite.Id, MemberRole.Member, 2, (ulong)Now + 1000, Now));
        Add(log, log.PrepareJoin(node, inviteSecret, "pi", Now));
        Add(log, log.PrepareAdmit(founder, friend.Id, "friend", MemberRole.Member, Now));
        Add(log, log.PrepareRole(founder, node.Id, MemberRole.Admin, Now));
        Add(log, log.PrepareRename(node, friend.Id, "other", Now));
        Add(log, log.PrepareRevokeInvite(founder, invite.Id, Now));
        Add(log, log.PrepareRevoke(founder, friend.Id, null, Now, random));
        log.Add(log.Author(node, new UnknownBody((BodyType)77, new byte[] { 1, 2, 3 }), Now));
        return log;
    }

    private static void Add(MembershipLog log, PrepareResult prepared)
    {
        foreach (Statement statement in prepared.Statements)
        {
            log.Add(statement);
        }
    }

    private sealed class SeededSource(ulong seed) : RandomSource
    {
        private readonly FuzzRandom _random = new(seed);

        public override void Fill(Span<byte> destination) => _random.Fill(destination);
    }
}
