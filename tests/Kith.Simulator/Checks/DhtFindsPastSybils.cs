using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;
using Kith.Simulator.Dht;

namespace Kith.Simulator.Checks;

/// <summary>
/// A thousand honest DHT nodes, and for each of some keys twenty sybils that sit nearer to it than anybody else, at addresses that let them (BEP 42). Everybody was
/// greeted by them. They answer, name only each other, take what is put and forget it.
/// </summary>
internal sealed class DhtFindsPastSybils : ISimCheck
{
    private const int Honest = 1000;
    private const int Sybils = 20;
    private const int Items = 8;

    private readonly List<string> _measured = [];

    public string Name => "dht-finds-items-though-twenty-sybils-sit-on-the-key";

    public int? SeedsUsual => 1;

    public IEnumerable<string> Measured => _measured;

    public void Run(Simulation simulation)
    {
        DhtCrowd crowd = new(simulation) { LossShare = 0.01 };
        crowd.Grow(Honest);
        SeededRandom random = simulation.Random.Fork("gang");
        CrowdTrial trial = new(crowd, simulation.Random.Fork("items"));
        List<byte[]> seeds = [];
        for (int i = 0; i < Items; i++)
        {
            byte[] seed = trial.DrawSeed();
            seeds.Add(seed);
            Surround(simulation, crowd, random, CrowdTrial.Item(seed).Target);
        }

        simulation.RunFor(TimeSpan.FromMinutes(5));
        foreach (byte[] seed in seeds)
        {
            crowd.Await([trial.Put(seed).Put]);
        }

        trial.Get(seeds, 20);
        string line = $"dht, {Honest} nodes, {Sybils} sybils nearest to the key: {trial}";
        _measured.Add(line);
        simulation.Note(line);
        SimFailure.Unless(trial.Found >= 0.95 * trial.Lookups, line);
    }

    // Addresses are tried until the id that fits lies nearer to the target than any honest node is: with a thousand nodes that takes some thousands of addresses.
    private static void Surround(Simulation simulation, DhtCrowd crowd, SeededRandom random, DhtId target)
    {
        DhtId nearest = crowd.Honest.Min(node => node.Machine.IdOf(false).DistanceTo(target));
        Gang gang = new(random.Fork($"around {target}"));
        List<Liar> sybils = [];
        while (sybils.Count < Sybils)
        {
            InternetEndpoint endpoint = crowd.DrawEndpoint();
            DhtContact self = new(NodeIdRule.Make(endpoint.Address, random), endpoint);
            if (self.Id.DistanceTo(target).CompareTo(nearest) < 0)
            {
                gang.Members.Add(self);
                sybils.Add(new Liar(gang, self, isSybil: true));
            }
        }

        foreach (Liar sybil in sybils)
        {
            foreach (CrowdNode node in crowd.Honest)
            {
                sybil.Greet(node.Endpoint);
            }

            crowd.Add(sybil);
            simulation.RunFor(TimeSpan.FromSeconds(1));
        }
    }
}
