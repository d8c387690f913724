namespace Kith.Protocol.Relay;

/// <summary>
/// Shortest ways by Dijkstra's algorithm (E. W. Dijkstra, "A note on two problems in connexion with graphs", 1959) over cost, then number of links, then short id
/// of the first hop: so whoever believes the same links computes the same routes.
/// </summary>
public static class RouteComputation
{
    /// <summary>The most links of a way: one more than may still be passed on when the source has sent it.</summary>
    public const int LinksMax = RelayFrame.HopsMax + 1;

    /// <summary>The best way from a root to each member, by index. One member may be left out, as if it were not there; -1 leaves out none.</summary>
    public static RouteLabel[] Compute(LinkGraph graph, int root, int without = -1)
    {
        ArgumentNullException.ThrowIfNull(graph);
        RouteLabel[] labels = new RouteLabel[graph.Count];
        bool[] isDone = new bool[graph.Count];
        Array.Fill(labels, RouteLabel.Unreachable);
        PriorityQueue<int, (long Cost, int Hops)> queue = new();
        labels[root] = new RouteLabel(0, 0, -1, -1);
        queue.Enqueue(root, (0, 0));
        while (queue.TryDequeue(out int at, out _))
        {
            if (isDone[at])
            {
                continue;
            }

            isDone[at] = true;
            RouteLabel label = labels[at];
            foreach ((int to, long cost) in graph.LinksOf(at))
            {
                if (to == without || isDone[to] || label.Hops >= LinksMax)
                {
                    continue;
                }

                RouteLabel way = new(label.Cost + cost, label.Hops + 1, at == root ? to : label.First, at);
                int order = way.CompareWay(labels[to]);
                if (order < 0 || (order == 0 && graph.IdOf(way.First) < graph.IdOf(labels[to].First)))
                {
                    labels[to] = way;
                    queue.Enqueue(to, (way.Cost, way.Hops));
                }
            }
        }

        return labels;
    }

    /// <summary>
    /// The ways of <paramref name="self"/> to a destination, one for each neighbour that does not send the packet back here, best first: the neighbours differ, and where
    /// possible so do the members behind them. Those that are detours for their neighbour come last. <paramref name="own"/> are the ways from <paramref name="self"/> to everybody.
    /// </summary>
    public static List<RelayRoute> Alternatives(LinkGraph graph, int self, RouteLabel[] own, int destination, int countMax)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(own);
        RouteLabel[] labels = Compute(graph, destination, self);
        long best = graph.LinksOf(self).Where(link => labels[link.To].IsReachable).Select(link => link.Cost + labels[link.To].Cost).DefaultIfEmpty(long.MaxValue).Min();
        Dictionary<int, long> direct = graph.LinksOf(destination).ToDictionary(static link => link.To, static link => link.Cost);
        List<RelayRoute> routes = [];
        foreach ((int neighbour, long cost) in graph.LinksOf(self))
        {
            RouteLabel label = labels[neighbour];
            if (neighbour == destination || !label.IsReachable)
            {
                continue;
            }

            if (direct.TryGetValue(neighbour, out long last))
            {
                // Whoever has a link of its own to the destination uses that, even if a longer way would be faster.
                routes.Add(new RelayRoute(graph.IdOf(neighbour), 1, cost + last, graph.IdOf(destination), IsApart: neighbour != own[destination].First));
                continue;
            }

            // A neighbour whose own best way leads through us, be it round about, would send the packet back. It takes its second best if we are its very next hop.
            bool isClean = label.Cost < own[neighbour].Cost + best;
            bool isDetour = !isClean && cost == own[neighbour].Cost && labels[label.Last].Cost < own[label.Last].Cost + best;
            if (label.Hops <= RelayFrame.HopsMax && (isClean || isDetour))
            {
                bool isApart = !LeadsThrough(labels, neighbour, own[destination].First);
                routes.Add(new RelayRoute(graph.IdOf(neighbour), label.Hops, cost + label.Cost, graph.IdOf(label.Last), isDetour, isApart));
            }
        }

        return Pick(routes, countMax);
    }

    private static bool LeadsThrough(RouteLabel[] labels, int from, int member)
    {
        for (int at = from; at >= 0; at = labels[at].Last)
        {
            if (at == member)
            {
                return true;
            }
        }

        return false;
    }

    // The best one, then the best that does not go on through a member taken already, then the rest.
    private static List<RelayRoute> Pick(List<RelayRoute> routes, int countMax)
    {
        routes.Sort(static (a, b) => a.IsDetour != b.IsDetour ? a.IsDetour.CompareTo(b.IsDetour) : a.Cost != b.Cost ? a.Cost.CompareTo(b.Cost) : a.Hops != b.Hops ? a.Hops.CompareTo(b.Hops) : a.Via.CompareTo(b.Via));
        List<RelayRoute> picked = [];
        HashSet<ulong> behind = [];
        foreach (RelayRoute route in routes.Where(route => route.Hops == 1 || behind.Add(route.Behind)).Concat(routes).Distinct().Take(countMax))
        {
            picked.Add(route);
        }

        return picked;
    }
}
