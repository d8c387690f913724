namespace Kith.Protocol.Relay;

/// <summary>
/// The links of one network as one member believes them: those that both ends state, and its own. Immutable. Costs are one-way microseconds: half of the longer
/// time that was measured, plus what loss costs, plus a little for the work of a hop.
/// </summary>
public sealed class LinkGraph
{
    /// <summary>What passing through a member costs beside the link: 1 ms, so that of two ways equally fast the shorter is taken.</summary>
    public const int HopMicroseconds = 1_000;

    /// <summary>What loss costs: a lost packet is worth half a second, so one in a hundred lost is worth 5 ms.</summary>
    public const int LossMicroseconds = 500_000;

    // A link nobody has measured yet counts as 100 ms there and back.
    private const ushort UnmeasuredUnits = 1_000;

    private readonly Dictionary<ulong, int> _indices = [];
    private readonly List<ulong> _ids = [];
    private readonly List<List<(int To, long Cost)>> _links = [];

    private LinkGraph()
    {
    }

    /// <summary>How many members are in it.</summary>
    public int Count => _ids.Count;

    /// <summary>Makes the graph.</summary>
    /// <param name="self">Our own short id.</param>
    /// <param name="own">Our links to neighbours that answer now, as we state them.</param>
    /// <param name="reports">What the others state, members with different short ids; what they say of us is used for its numbers only.</param>
    public static LinkGraph Build(ulong self, IReadOnlyCollection<StatedLink> own, IReadOnlyCollection<LinkReport> reports)
    {
        LinkGraph graph = new();
        Dictionary<ulong, LinkReport> byId = [];
        foreach (LinkReport report in reports)
        {
            byId.TryAdd(report.Node.ShortId, report);
        }

        int root = graph.IndexOf(self);
        foreach (StatedLink link in own.OrderBy(static link => link.Neighbour))
        {
            StatedLink other = byId.TryGetValue(link.Neighbour, out LinkReport? theirs) && theirs.TryGetLink(self, out StatedLink stated) ? stated : link;
            graph.Add(root, graph.IndexOf(link.Neighbour), CostOf(link, other));
        }

        foreach ((ulong id, LinkReport report) in byId.OrderBy(static entry => entry.Key))
        {
            foreach (StatedLink link in report.Links)
            {
                bool isOnce = id < link.Neighbour && id != self && link.Neighbour != self;
                if (isOnce && byId.TryGetValue(link.Neighbour, out LinkReport? other) && other.TryGetLink(id, out StatedLink back))
                {
                    graph.Add(graph.IndexOf(id), graph.IndexOf(link.Neighbour), CostOf(link, back));
                }
            }
        }

        return graph;
    }

    /// <summary>Where a member stands in the graph; false if no link leads to it.</summary>
    public bool TryGetIndex(ulong id, out int index) => _indices.TryGetValue(id, out index);

    /// <summary>The links of one member.</summary>
    public IReadOnlyList<(int To, long Cost)> LinksOf(int index) => _links[index];

    /// <summary>The short id of one member.</summary>
    public ulong IdOf(int index) => _ids[index];

    private static long CostOf(StatedLink a, StatedLink b)
    {
        int units = Math.Max(Measured(a), Measured(b));
        int loss = Math.Max(a.LossUnits, b.LossUnits);
        return (units * 50L) + (loss * (long)LossMicroseconds / byte.MaxValue) + HopMicroseconds;
    }

    private static int Measured(StatedLink link) => link.RttUnits == ushort.MaxValue ? UnmeasuredUnits : link.RttUnits;

    private int IndexOf(ulong id)
    {
        if (!_indices.TryGetValue(id, out int index))
        {
            index = _ids.Count;
            _indices[id] = index;
            _ids.Add(id);
            _links.Add([]);
        }

        return index;
    }

    private void Add(int a, int b, long cost)
    {
        _links[a].Add((b, cost));
        _links[b].Add((a, cost));
    }
}
