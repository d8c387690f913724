using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Pairs;

/// <summary>
/// A network of members at random places, and a few more on the public side that may relay for them:
/// <code>
///   n4 ── nat ──┐                ┌── nat ── nat ── n6
///   n5 ── nat ──┼── (internet) ──┼── firewall ── n7
///   ...         │      │ │       │   ...
///              n1     n2 n3
/// </code>
/// </summary>
internal sealed class PairWorld
{
    private static readonly SiteKind[] s_kinds = Enum.GetValues<SiteKind>();

    private readonly List<SimMachine> _relays = [];

    public PairWorld(Simulation simulation, int places, int relays, double lossShareMax = 1)
    {
        World = new NodeWorld(simulation);
        SeededRandom random = simulation.Random.Fork("places");
        for (int i = 0; i < relays; i++)
        {
            _relays.Add(World.Add(simulation.Network.AddPublicSegment()));
        }

        List<(SimMachine Machine, Site Site)> members = [.. Enumerable.Range(0, places).Select(_ => AddAt(random))];
        foreach ((SimMachine machine, Site site) in members)
        {
            simulation.Note($"{machine}: {site}");
        }

        foreach ((_, Site site) in members)
        {
            site.Segment.Line = site.Segment.Line! with { LossShare = Math.Min(site.Segment.Line.LossShare, lossShareMax) };
        }

        List<Pair> all = [.. members.SelectMany((a, index) => members.Skip(index + 1).Select(b => new Pair(a.Machine, a.Site, b.Machine, b.Site)))];
        Sites = [.. members.Select(member => member.Site)];
        Pairs = all;
        Traffic = new PairTraffic(World, all, TimeSpan.FromSeconds(0.5));
    }

    /// <summary>The nodes.</summary>
    public NodeWorld World { get; }

    /// <summary>The simulation.</summary>
    public Simulation Simulation => World.Simulation;

    /// <summary>The members on the public side.</summary>
    public IReadOnlyList<SimMachine> Relays => _relays;

    /// <summary>Each two of those who are not on the public side.</summary>
    public IReadOnlyList<Pair> Pairs { get; }

    /// <summary>What the pairs say to each other.</summary>
    public PairTraffic Traffic { get; }

    /// <summary>The places.</summary>
    public IReadOnlyList<Site> Sites { get; }

    /// <summary>Everyone joins through the first relay.</summary>
    public void JoinAll()
    {
        Simulation.RunFor(TimeSpan.FromSeconds(1));
        World.Found(_relays[0]);
        InviteLine invite = World.Through(World.Invite(_relays[0], uses: World.Machines.Count - 1), _relays[0]);
        foreach (SimMachine machine in World.Machines.Skip(1))
        {
            World.Join(machine, invite);
            Simulation.RunFor(TimeSpan.FromMilliseconds(200));
        }

        World.Await(() => World.HaveConverged([.. World.Machines], World.Machines.Count), TimeSpan.FromMinutes(3), "everyone has joined");
    }

    /// <summary>The path from one to the other, if any.</summary>
    public PathChoice? PathOf(SimMachine from, SimMachine to) => from.Host is SimNode node ? node.Core.DescribePeer(World.Id(to)).Path : null;

    /// <summary>Whether both of a pair use a direct path.</summary>
    public bool IsDirect(Pair pair) => IsDirect(PathOf(pair.A, pair.B)) && IsDirect(PathOf(pair.B, pair.A));

    /// <summary>Says for each pair how it stands.</summary>
    public string Describe() => string.Join(
        Environment.NewLine,
        Pairs.Select(pair => $"        {pair}: {Say(pair.A, pair.B, pair.HeardByB)}; back {Say(pair.B, pair.A, pair.HeardByA)}"));

    private static bool IsDirect(PathChoice? path) => path is { Kind: PathKind.Lan or PathKind.Direct };

    private string Say(SimMachine from, SimMachine to, TimeSpan heard)
    {
        PathChoice? path = PathOf(from, to);
        double age = (Simulation.Clock.Elapsed - heard).TotalSeconds;
        return $"{(path is { } known ? $"{known.Kind} {known.Endpoint} {known.Rtt?.TotalMilliseconds:F0} ms" : "no path")}, last heard {(heard < TimeSpan.Zero ? "never" : $"{age:F1} s ago")}";
    }

    private (SimMachine Machine, Site Site) AddAt(SeededRandom random)
    {
        Site site = Site.Build(Simulation.Network, s_kinds[random.NextBelow(s_kinds.Length)], random);
        return (World.Add(site.Segment), site);
    }
}
