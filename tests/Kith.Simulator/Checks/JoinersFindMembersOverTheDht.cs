using System.Globalization;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Simulator.Dht;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;
using Kith.Simulator.Pairs;

namespace Kith.Simulator.Checks;

/// <summary>
/// A joiner that has nothing but the invite's secret, a member that is up for a while, and only a DHT of strangers between them:
/// <code>
///   member ── nat ──┐                     ┌── nat ── joiner
///                   ├── d0 d1 ... d23 ────┤
/// </code>
/// for each two kinds of translators that let through what both sides send at once without any port having to be found by trying.
/// </summary>
internal sealed class JoinersFindMembersOverTheDht : ISimCheck
{
    private static readonly TimeSpan s_within = TimeSpan.FromSeconds(90);

    private static readonly (SiteKind Member, SiteKind Joiner)[] s_pairs =
    [
        (SiteKind.PortRestricted, SiteKind.PortRestricted), (SiteKind.EasyCarrier, SiteKind.PortRestricted), (SiteKind.AddressRestricted, SiteKind.FullCone),
        (SiteKind.AddressRestricted, SiteKind.Symmetric), (SiteKind.Symmetric, SiteKind.AddressRestricted), (SiteKind.Symmetric, SiteKind.Open),
        (SiteKind.PortRestricted, SiteKind.Open), (SiteKind.Open, SiteKind.HardCarrier), (SiteKind.PortRestricted, SiteKind.EasyCarrier),
        (SiteKind.Stepping, SiteKind.FullCone),
    ];

    private readonly List<double> _seconds = [];

    public string Name => "joiner-with-the-invite-alone-finds-a-member-over-the-dht";

    public int? SeedsUsual => 2;

    public IEnumerable<string> Measured
    {
        get
        {
            double[] sorted = [.. _seconds.Order()];
            yield return sorted.Length == 0
                ? "nobody joined over the DHT"
                : string.Create(CultureInfo.InvariantCulture, $"{sorted.Length} joins over the DHT alone, {s_pairs.Length} pairs of translators: median {sorted[sorted.Length / 2]:F1} s, slowest {sorted[^1]:F1} s");
        }
    }

    public void Run(Simulation simulation)
    {
        DhtTown town = new(simulation, 24);
        NodeWorld world = new(simulation) { Dht = town.Options };
        simulation.RunFor(TimeSpan.FromSeconds(30));
        SeededRandom random = simulation.Random.Fork("places");
        List<(SimMachine Member, InviteLine Invite)> members = [];
        foreach ((SiteKind kind, _) in s_pairs)
        {
            SimMachine member = Add(world, kind, random);
            world.Found(member);
            members.Add((member, NodeWorld.Bare(world.Invite(member))));
        }

        // So long that members look for calls as seldom as they ever do.
        simulation.RunFor(TimeSpan.FromMinutes(10) + random.NextSpan(TimeSpan.FromMinutes(2)));
        List<(SimMachine Joiner, int Pair)> joiners = [];
        for (int i = 0; i < s_pairs.Length; i++)
        {
            SimMachine joiner = Add(world, s_pairs[i].Joiner, random);
            joiners.Add((joiner, i));
            world.Do(joiner, (core, now) => core.BeginJoin(now, members[i].Invite));
        }

        TimeSpan start = simulation.Clock.Elapsed;
        while (joiners.Count > 0 && simulation.Clock.Elapsed - start < s_within)
        {
            simulation.RunFor(TimeSpan.FromMilliseconds(250));
            foreach ((SimMachine joiner, int pair) in joiners.Where(entry => NodeWorld.Node(entry.Joiner).Core.Networks.Any()).ToList())
            {
                joiners.Remove((joiner, pair));
                double seconds = (simulation.Clock.Elapsed - start).TotalSeconds;
                _seconds.Add(seconds);
                simulation.Note(string.Create(CultureInfo.InvariantCulture, $"{joiner} ({s_pairs[pair]}) joined after {seconds:F2} s"));
            }
        }

        SimFailure.Unless(joiners.Count == 0, $"not joined within {s_within.TotalSeconds} s: {string.Join("; ", joiners.Select(entry => $"{entry.Joiner} {s_pairs[entry.Pair]}"))}");
    }

    // Lines of homes that lose nothing: what is lost is tried elsewhere, and here it is the translators that count.
    private static SimMachine Add(NodeWorld world, SiteKind kind, SeededRandom random)
    {
        Site site = Site.Build(world.Simulation.Network, kind, random);
        site.Segment.Line = site.Segment.Line! with { LossShare = Math.Min(site.Segment.Line.LossShare, 0.02) };
        return world.Add(site.Segment);
    }
}
