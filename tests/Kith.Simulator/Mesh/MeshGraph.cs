using Kith.Simulator.Net;

namespace Kith.Simulator.Mesh;

/// <summary>Who reaches whom directly: a random graph, kept as blocks in the network.</summary>
internal sealed class MeshGraph(SimNetwork network, IReadOnlyList<SimMachine> machines)
{
    private readonly HashSet<(SimMachine, SimMachine)> _edges = [];

    /// <summary>Draws a graph in which everyone reaches everyone in at most so many steps, with so many edges beyond what that needs, and closes all other ways.</summary>
    public void Draw(SeededRandom random, int stepsMax, int extraEdges)
    {
        do
        {
            _edges.Clear();
            for (int i = 1; i < machines.Count; i++)
            {
                // Mostly the one before: long chains.
                Add(machines[i], machines[random.Happens(0.6) ? i - 1 : random.NextBelow(i)]);
            }

            for (int i = 0; i < extraEdges; i++)
            {
                Add(machines[random.NextBelow(machines.Count)], machines[random.NextBelow(machines.Count)]);
            }
        }
        while (LongestWay(machines) > stepsMax);
        Apply();
    }

    /// <summary>Opens or closes the direct way between two at random, but never the last one between two parts.</summary>
    public void ChangeOne(SeededRandom random, int stepsMax, IReadOnlyCollection<SimMachine> running)
    {
        SimMachine a = machines[random.NextBelow(machines.Count)];
        SimMachine b = machines[random.NextBelow(machines.Count)];
        bool had = Has(a, b);
        Set(a, b, !had);
        if (LongestWay(running) > stepsMax)
        {
            Set(a, b, had);
        }

        Apply();
    }

    /// <summary>Closes all direct ways between two parts; returns what to give to <see cref="Merge"/>.</summary>
    public IReadOnlyList<(SimMachine A, SimMachine B)> Separate(IReadOnlyCollection<SimMachine> part)
    {
        List<(SimMachine A, SimMachine B)> crossing = [.. _edges.Where(edge => part.Contains(edge.Item1) != part.Contains(edge.Item2))];
        _edges.ExceptWith(crossing);
        Apply();
        return crossing;
    }

    /// <summary>Opens ways.</summary>
    public void Merge(IEnumerable<(SimMachine A, SimMachine B)> edges)
    {
        _edges.UnionWith(edges);
        Apply();
    }

    /// <summary>Whether there is a direct way.</summary>
    public bool Has(SimMachine a, SimMachine b) => _edges.Contains((a, b));

    /// <summary>Steps from one to the other through these alone; null if there is no way.</summary>
    public int? Distance(SimMachine from, SimMachine to, IReadOnlyCollection<SimMachine> through)
    {
        Dictionary<SimMachine, int> found = new() { [from] = 0 };
        Queue<SimMachine> next = new([from]);
        while (next.TryDequeue(out SimMachine? here))
        {
            foreach (SimMachine there in machines)
            {
                if (through.Contains(there) && Has(here, there) && found.TryAdd(there, found[here] + 1))
                {
                    next.Enqueue(there);
                }
            }
        }

        return found.TryGetValue(to, out int steps) ? steps : null;
    }

    /// <summary>The most steps between any two of these; more than there can be if some do not reach each other.</summary>
    public int LongestWay(IReadOnlyCollection<SimMachine> among) => among.Max(a => among.Max(b => Distance(a, b, among) ?? int.MaxValue));

    /// <summary>Makes the network carry what the graph says.</summary>
    private void Apply()
    {
        foreach (SimMachine a in machines)
        {
            foreach (SimMachine b in machines)
            {
                if (Has(a, b))
                {
                    network.Unblock(a, b);
                }
                else
                {
                    network.Block(a, b);
                }
            }
        }
    }

    private void Add(SimMachine a, SimMachine b) => Set(a, b, true);

    private void Set(SimMachine a, SimMachine b, bool open)
    {
        if (a != b && open)
        {
            _edges.Add((a, b));
            _edges.Add((b, a));
        }
        else
        {
            _edges.Remove((a, b));
            _edges.Remove((b, a));
        }
    }
}
