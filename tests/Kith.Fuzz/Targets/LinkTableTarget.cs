using Kith.Fuzz.Coverage;
using Kith.Protocol.Identity;
using Kith.Protocol.Relay;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what hostile members state of their links, signed by the target: for each report who states it, its number, and pairs of a member, a round trip and a loss. The table keeps the newest of each, and routes
/// over whatever is claimed neither go round nor are too long.
/// </summary>
[Covers(typeof(LinkTable), typeof(RouteComputation))]
internal sealed class LinkTableTarget : IFuzzTarget
{
    private const int ReportsMax = 6;
    private static readonly NodeKey[] s_keys = [.. Enumerable.Range(1, 6).Select(static i => NodeKey.FromSeed([.. Enumerable.Repeat((byte)i, 32)]))];
    private static readonly NetworkId s_network = new([.. Enumerable.Repeat((byte)0x42, 32)]);

    public string Name => "link-table";

    public int InputBytesMax => 200;

    public FuzzBound Bound => new(128 * 1024, 3, "six reports, each signed and checked");

    public IEnumerable<byte[]> Corpus => [[0, 1, 2, 1, 0, 10, 0, 2, 0, 20, 0], [0, 1, 1, 1, 0, 5, 0, 1, 1, 1, 2, 0, 5, 0, 2, 1, 1, 3, 0, 5, 0, 3, 2, 1, 4, 0, 9, 200]];

    public bool Run(ReadOnlySpan<byte> input)
    {
        ScriptReader script = new(input);
        LinkTable table = new();
        for (int i = 0; i < ReportsMax && script.TryTake(out int author); i++)
        {
            NodeKey key = s_keys[author % s_keys.Length];
            ulong number = (ulong)script.Take();
            StatedLink[] links = new StatedLink[script.Take() % 5];
            for (int n = 0; n < links.Length; n++)
            {
                links[n] = new StatedLink(s_keys[script.Take() % s_keys.Length].Id.ShortId, (ushort)script.TakeShort(), (byte)script.Take());
            }

            links = [.. links.DistinctBy(static link => link.Neighbour).Where(link => link.Neighbour != key.Id.ShortId)];
            LinkReport report = LinkReport.Sign(key, s_network, number, links);
            bool isNewer = !table.TryGet(key.Id, out LinkReport? known) || known.Sequence < number;
            Oracle.Equal(isNewer, table.Offer(new Instant(1), report), "whether a report is news");
        }

        Oracle.True(table.Count <= s_keys.Length, "more reports than members");
        LinkGraph graph = LinkGraph.Build(s_keys[0].Id.ShortId, [new StatedLink(s_keys[1].Id.ShortId, 10, 0)], [.. table.Reports]);
        RouteLabel[] labels = RouteComputation.Compute(graph, 0);
        FuzzTrace.NoteSize(labels.Count(static label => label.IsReachable));
        foreach (RouteLabel label in labels)
        {
            Oracle.True(!label.IsReachable || label.Hops <= RouteComputation.LinksMax, "a way longer than the maximum");
        }

        return table.Count > 0;
    }
}
