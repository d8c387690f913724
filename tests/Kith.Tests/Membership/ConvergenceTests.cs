using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;

namespace Kith.Tests.Membership;

public class ConvergenceTests
{
    private static readonly int Histories = int.Parse(Environment.GetEnvironmentVariable("KITH_TEST_HISTORIES") ?? "10000", System.Globalization.CultureInfo.InvariantCulture);
    private const int StepsMax = 40;

    [Fact]
    public void any_order_of_arrival_gives_the_same_state()
    {
        int statements = 0;
        int forked = 0;
        int revoked = 0;
        int ruled = 0;
        int mutual = 0;
        for (ulong seed = 1; seed <= (ulong)Histories; seed++)
        {
            SeededRandom random = new(seed + 1_000_000);
            History history = new(seed, 10 + random.NextBelow(StepsMax - 10));
            MembershipLog first = history.Deliver(random, readStateOften: false);
            MembershipLog second = history.Deliver(random, readStateOften: true);
            Assert.True(first.State.Digest == second.State.Digest, $"seed {seed}");
            Assert.True(first.Graph.Ordered.Select(Hash).SequenceEqual(second.Graph.Ordered.Select(Hash)), $"seed {seed}: order");
            Assert.True(first.Graph.Ordered.Select(Hash).SequenceEqual(SortedAnew(first)), $"seed {seed}: order is not the topological one");
            statements += first.Statements.Count;
            forked += first.Graph.Authors.Values.Any(static chain => chain.IsForked) ? 1 : 0;
            ruled += first.Graph.Authors.Any(pair => pair.Value.IsForked && first.State.Members.GetValueOrDefault(pair.Key) is { Frozen: false }) ? 1 : 0;
            mutual += HasMutualRevocation(first) ? 1 : 0;
            revoked += first.Graph.Authors.Keys.Any(first.State.IsRevoked) ? 1 : 0;
        }

        // A generator that makes nothing of interest would pass too.
        string made = $"{statements} statements, {forked} with a fork, {ruled} with a ruling, {revoked} with a revocation, {mutual} with a mutual one";
        Assert.True(statements > Histories * 15 && forked > Histories / 20 && ruled > Histories / 200 && revoked > Histories / 2 && mutual > Histories / 50, made);
    }

    /// <summary>Whether two devices revoked each other, neither having seen the other's revocation.</summary>
    private static bool HasMutualRevocation(MembershipLog log)
    {
        List<LogEntry> revocations = [.. log.Graph.Ordered.Where(static entry => entry.Statement.Body is RevokeBody { IsInvite: false })];
        return revocations.Exists(a => revocations.Exists(b =>
            Target(a) == b.Statement.Author && Target(b) == a.Statement.Author && a != b && !a.IsSeenBy(b) && !b.IsSeenBy(a)));

        static NodeId Target(LogEntry entry) => ((RevokeBody)entry.Statement.Body).Key;
    }

    private static Protocol.Wire.Bytes32 Hash(LogEntry entry) => entry.Statement.Hash;

    /// <summary>The order as the protocol document gives it, computed in the plainest way.</summary>
    private static IEnumerable<Protocol.Wire.Bytes32> SortedAnew(MembershipLog log)
    {
        List<Statement> left = [.. log.Statements];
        HashSet<Protocol.Wire.Bytes32> taken = [];
        while (left.Count > 0)
        {
            Statement next = left
                .Where(statement => (statement.Previous.IsZero || taken.Contains(statement.Previous)) && statement.Parents.All(taken.Contains))
                .MinBy(statement => (statement.Time, statement.Hash))!;
            left.Remove(next);
            taken.Add(next.Hash);
            yield return next.Hash;
        }
    }
}
