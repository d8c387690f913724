using Kith.Protocol.Identity;
using Kith.Protocol.Membership.Bodies;

namespace Kith.Protocol.Membership.Fold;

/// <summary>
/// Finds the revocations that count. A revocation stands or falls with what others void: its own statement, or one that its author's right
/// rests on. So those are taken first that no other threatens; in a ring of threats (two admins who revoke each other) the author who was
/// admitted first goes first. Then the statements are folded anew, until nobody has a right to a revocation that does not count yet.
/// What was taken stays taken, so this ends. A revocation that would void what its own author's right rests on never counts.
/// </summary>
internal static class RevocationResolver
{
    /// <summary>The most revocations weighed in one round; more wait for the next.</summary>
    internal const int ClaimsPerRoundMax = 1_024;

    /// <summary>Folds all statements of a graph.</summary>
    internal static FoldPass Resolve(LogGraph graph)
    {
        RevocationSet revocations = new();
        while (true)
        {
            FoldPass pass = FoldWithRulings(graph, revocations);
            List<Claim> claims = CollectClaims(pass);
            if (claims.Count == 0)
            {
                return pass;
            }

            foreach (LogEntry taken in Choose(claims, pass))
            {
                revocations.Add(taken);
            }
        }
    }

    private static FoldPass FoldWithRulings(LogGraph graph, RevocationSet revocations)
    {
        int roundsLeft = 1 + graph.Authors.Values.Count(static chain => chain.IsForked);
        FoldPass pass = Fold(graph, revocations, new ForkRulings(graph, new Dictionary<NodeId, LogEntry>()));
        while (roundsLeft > 0 && !pass.Rulings.AreBy(pass.NamedHeads))
        {
            pass = Fold(graph, revocations, new ForkRulings(graph, pass.NamedHeads));
            roundsLeft--;
        }

        return pass;
    }

    private static FoldPass Fold(LogGraph graph, RevocationSet revocations, ForkRulings rulings)
    {
        FoldPass pass = new(graph, revocations, rulings);
        foreach (LogEntry entry in graph.Ordered)
        {
            pass.Apply(entry);
        }

        return pass;
    }

    private static List<Claim> CollectClaims(FoldPass pass)
    {
        List<Claim> claims = [];
        foreach (LogEntry entry in pass.Claims)
        {
            Claim claim = new(entry, Footing(entry, pass));
            if (!claim.Footing.Exists(ground => RevocationSet.Voids(entry, ground)))
            {
                claims.Add(claim);
            }

            if (claims.Count == ClaimsPerRoundMax)
            {
                break;
            }
        }

        return claims;
    }

    /// <summary>The statement and all that its author's right rests on, back to the founder.</summary>
    private static List<LogEntry> Footing(LogEntry entry, FoldPass pass)
    {
        List<LogEntry> footing = [entry];
        HashSet<LogEntry> seen = [entry];
        for (int i = 0; i < footing.Count; i++)
        {
            (LogEntry? first, LogEntry? second) = pass.GroundsOf(footing[i]);
            if (first is not null && seen.Add(first))
            {
                footing.Add(first);
            }

            if (second is not null && seen.Add(second))
            {
                footing.Add(second);
            }
        }

        return footing;
    }

    private static List<LogEntry> Choose(List<Claim> claims, FoldPass pass)
    {
        List<int>[] threats = Threats(claims);
        List<LogEntry> chosen = [];
        foreach (List<int> ring in SourceComponents.Find(threats))
        {
            Claim first = claims[ring[0]];
            foreach (int index in ring)
            {
                Claim other = claims[index];
                int order = Seniority(other).CompareTo(Seniority(first));
                order = order != 0 ? order : other.Entry.Order.CompareTo(first.Entry.Order);
                first = order < 0 ? other : first;
            }

            chosen.Add(first.Entry);
        }

        return chosen;

        int Seniority(Claim claim) => pass.Device(claim.Entry.Statement.Author)!.AdmittedOrder;
    }

    /// <summary>For each claim the claims that it threatens.</summary>
    private static List<int>[] Threats(List<Claim> claims)
    {
        Dictionary<(bool IsInvite, NodeId Key), List<int>> byTarget = [];
        for (int i = 0; i < claims.Count; i++)
        {
            RevokeBody body = (RevokeBody)claims[i].Entry.Statement.Body;
            (bool, NodeId) target = (body.IsInvite, body.Key);
            if (!byTarget.TryGetValue(target, out List<int>? list))
            {
                list = [];
                byTarget.Add(target, list);
            }

            list.Add(i);
        }

        List<int>[] threats = [.. claims.Select(static _ => new List<int>())];
        for (int i = 0; i < claims.Count; i++)
        {
            foreach (LogEntry ground in claims[i].Footing)
            {
                List<int> threateners = [.. byTarget.GetValueOrDefault((false, ground.Statement.Author)) ?? []];
                if (ground.Statement.Body is JoinBody join)
                {
                    threateners.AddRange(byTarget.GetValueOrDefault((true, join.InviteKey)) ?? []);
                }

                foreach (int other in threateners)
                {
                    if (other != i && RevocationSet.Voids(claims[other].Entry, ground) && !KnewItWasRevoked(claims[other].Entry, claims[i].Entry))
                    {
                        threats[other].Add(i);
                    }
                }
            }
        }

        return threats;
    }

    /// <summary>Whether the one revocation was made by someone who had seen that the other removes him: then it is no threat to that other.</summary>
    private static bool KnewItWasRevoked(LogEntry revocation, LogEntry other) => other.IsSeenBy(revocation) && RevocationSet.Voids(other, revocation);

    private sealed record Claim(LogEntry Entry, List<LogEntry> Footing);
}
