using Kith.Fuzz.Coverage;
using Kith.Protocol.Identity;
using Kith.Protocol.Relay;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a link report; what is read goes into a graph too, whatever it claims.</summary>
[Covers(typeof(Protocol.Relay.LinkReport))]
internal sealed class LinkReportTarget : IFuzzTarget
{
    private readonly LinkReport[] _known = [.. Samples()];

    public string Name => "link-report";

    public IEnumerable<byte[]> Corpus => Samples().Select(static report => report.Encoded.ToArray());

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!LinkReport.TryDecode(input, out LinkReport? report))
        {
            return false;
        }

        Oracle.Same(input, report.Encoded, "its own encoding");
        Oracle.True(report.Links.Length <= LinkLimits.LinksMax, "more links than there may be");
        LinkGraph graph = LinkGraph.Build(1, [new StatedLink(_known[1].Node.ShortId, 10, 0)], [.. _known, report]);
        RouteLabel[] labels = RouteComputation.Compute(graph, 0);
        Oracle.Equal(graph.Count, labels.Length, "the labels");
        for (int i = 0; i < labels.Length; i++)
        {
            Oracle.True(!labels[i].IsReachable || labels[i].Hops <= RouteComputation.LinksMax, "a way longer than the maximum");
            Oracle.True(RouteComputation.Alternatives(graph, 0, labels, i, 4).Count <= 4, "more alternatives than asked for");
        }

        return true;
    }

    private static IEnumerable<LinkReport> Samples()
    {
        NodeKey[] keys = [.. Enumerable.Range(1, 4).Select(static i => NodeKey.FromSeed([.. Enumerable.Repeat((byte)i, 32)]))];
        NetworkId network = new([.. Enumerable.Repeat((byte)0x42, 32)]);
        for (int i = 0; i < keys.Length; i++)
        {
            StatedLink[] links = [.. keys.Where(key => key != keys[i]).Take(i).Select(static (key, n) => new StatedLink(key.Id.ShortId, (ushort)(n * 100), (byte)n)), new StatedLink(1, 5, 0)];
            yield return LinkReport.Sign(keys[i], network, (ulong)i, links);
        }
    }
}
