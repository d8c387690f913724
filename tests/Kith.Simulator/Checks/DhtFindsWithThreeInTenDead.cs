using System.Globalization;
using Kith.Simulator.Dht;

namespace Kith.Simulator.Checks;

/// <summary>A thousand DHT nodes and 5 % loss; items are put, three in ten nodes die without a word, and the items are looked for at once, before any table has noticed.</summary>
internal sealed class DhtFindsWithThreeInTenDead : ISimCheck
{
    private const int Nodes = 1000;
    private const int Items = 100;

    private readonly List<string> _measured = [];

    public string Name => "dht-of-a-thousand-finds-items-with-three-in-ten-dead";

    public int? SeedsUsual => 1;

    public IEnumerable<string> Measured => _measured;

    public void Run(Simulation simulation)
    {
        DhtCrowd crowd = new(simulation) { LossShare = 0.05 };
        crowd.Grow(Nodes);
        CrowdTrial trial = new(crowd, simulation.Random.Fork("items"));
        List<byte[]> seeds = [];
        for (int i = 0; i < Items; i++)
        {
            (byte[] seed, CrowdResult put) = trial.Put();
            crowd.Await([put]);
            seeds.Add(seed);
        }

        crowd.Kill(0.3);
        trial.Get(seeds, 10);
        string before = $"dht, {Nodes} nodes, 5 % loss, 30 % dead at once: {trial}";
        _measured.Add(before);
        simulation.Note(before);
        SimFailure.Unless(trial.Found >= 0.99 * trial.Lookups, before);
        SimFailure.Unless(trial.HopsMax <= Math.Log2(Nodes), string.Create(CultureInfo.InvariantCulture, $"{trial.HopsMax} hops, more than log2({Nodes}) = {Math.Log2(Nodes):F1}"));
    }
}
