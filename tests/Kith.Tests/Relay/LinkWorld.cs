using Kith.Protocol.Identity;
using Kith.Protocol.Relay;
using Kith.Tests.Core;

namespace Kith.Tests.Relay;

/// <summary>Members with links between them, all of which have heard all reports.</summary>
internal sealed class LinkWorld : IDisposable
{
    private static readonly NetworkId Network = new([.. Enumerable.Repeat((byte)0x42, 32)]);
    private readonly NodeKey[] _keys;
    private readonly Dictionary<ulong, StatedLink>[] _links;

    public LinkWorld(int members, ulong seed = 1)
    {
        TestRandom random = new(seed);
        _keys = [.. Enumerable.Range(0, members).Select(_ => NodeKey.Generate(random))];
        _links = [.. _keys.Select(_ => new Dictionary<ulong, StatedLink>())];
    }

    public int Count => _keys.Length;

    public ulong Id(int member) => _keys[member].Id.ShortId;

    public int MemberOf(ulong id) => Array.FindIndex(_keys, key => key.Id.ShortId == id);

    public void Link(int a, int b, int milliseconds = 10, int loss = 0)
    {
        State(a, b, milliseconds, loss);
        State(b, a, milliseconds, loss);
    }

    /// <summary>What one end says alone.</summary>
    public void State(int from, int to, int milliseconds = 10, int loss = 0) => _links[from][Id(to)] = new StatedLink(Id(to), (ushort)(milliseconds * 10), (byte)loss);

    public IReadOnlyList<LinkReport> Reports => [.. _keys.Select((key, index) => LinkReport.Sign(key, Network, 1, _links[index].Values))];

    /// <summary>The graph as one member sees it.</summary>
    public LinkGraph GraphOf(int self, IReadOnlyList<LinkReport>? reports = null) =>
        LinkGraph.Build(Id(self), _links[self].Values, [.. (reports ?? Reports).Where(report => report.Node != _keys[self].Id)]);

    /// <summary>The next hop of one member towards another and the links of its way; null where there is none.</summary>
    public (int Next, int Links)? Route(int self, int destination, IReadOnlyList<LinkReport>? reports = null)
    {
        LinkGraph graph = GraphOf(self, reports);
        if (_links[self].ContainsKey(Id(destination)))
        {
            return (destination, 1);
        }

        if (!graph.TryGetIndex(Id(self), out int root) || !graph.TryGetIndex(Id(destination), out int index) || RouteComputation.Compute(graph, root)[index] is not { IsReachable: true } label)
        {
            return null;
        }

        return (MemberOf(graph.IdOf(label.First)), label.Hops);
    }

    public List<RelayRoute> Alternatives(int self, int destination, int max = 4, IReadOnlyList<LinkReport>? reports = null)
    {
        LinkGraph graph = GraphOf(self, reports);
        return graph.TryGetIndex(Id(self), out int root) && graph.TryGetIndex(Id(destination), out int index) ? RouteComputation.Alternatives(graph, root, RouteComputation.Compute(graph, root), index, max) : [];
    }

    public void Dispose()
    {
        foreach (NodeKey key in _keys)
        {
            key.Dispose();
        }
    }
}
