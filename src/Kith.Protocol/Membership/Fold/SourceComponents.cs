namespace Kith.Protocol.Membership.Fold;

/// <summary>
/// The strongly connected components of a directed graph into which no edge leads from outside (Kosaraju's algorithm, as in Aho, Hopcroft and Ullman,
/// "Data Structures and Algorithms", section 6.7). Without recursion, because the graph is as deep as its authors like.
/// </summary>
internal static class SourceComponents
{
    /// <summary>Finds them; each is a list of node numbers, ascending.</summary>
    /// <param name="edges">For each node the nodes that its edges lead to.</param>
    internal static List<List<int>> Find(IReadOnlyList<List<int>> edges)
    {
        List<int> finished = FinishOrder(edges);
        List<int>[] reversed = [.. edges.Select(static _ => new List<int>())];
        for (int from = 0; from < edges.Count; from++)
        {
            foreach (int to in edges[from])
            {
                reversed[to].Add(from);
            }
        }

        int[] componentOf = new int[edges.Count];
        Array.Fill(componentOf, -1);
        List<List<int>> components = [];
        for (int i = finished.Count - 1; i >= 0; i--)
        {
            if (componentOf[finished[i]] < 0)
            {
                components.Add(Gather(finished[i], components.Count, reversed, componentOf));
            }
        }

        HashSet<int> entered = [];
        for (int from = 0; from < edges.Count; from++)
        {
            foreach (int to in edges[from])
            {
                if (componentOf[from] != componentOf[to])
                {
                    entered.Add(componentOf[to]);
                }
            }
        }

        return [.. components.Where((_, index) => !entered.Contains(index))];
    }

    private static List<int> Gather(int start, int component, List<int>[] reversed, int[] componentOf)
    {
        List<int> gathered = [start];
        componentOf[start] = component;
        for (int i = 0; i < gathered.Count; i++)
        {
            foreach (int next in reversed[gathered[i]])
            {
                if (componentOf[next] < 0)
                {
                    componentOf[next] = component;
                    gathered.Add(next);
                }
            }
        }

        gathered.Sort();
        return gathered;
    }

    private static List<int> FinishOrder(IReadOnlyList<List<int>> edges)
    {
        List<int> finished = new(edges.Count);
        bool[] seen = new bool[edges.Count];
        Stack<(int Node, int Edge)> path = [];
        for (int start = 0; start < edges.Count; start++)
        {
            if (seen[start])
            {
                continue;
            }

            seen[start] = true;
            path.Push((start, 0));
            while (path.TryPop(out (int Node, int Edge) at))
            {
                if (at.Edge == edges[at.Node].Count)
                {
                    finished.Add(at.Node);
                    continue;
                }

                path.Push((at.Node, at.Edge + 1));
                int next = edges[at.Node][at.Edge];
                if (!seen[next])
                {
                    seen[next] = true;
                    path.Push((next, 0));
                }
            }
        }

        return finished;
    }
}
