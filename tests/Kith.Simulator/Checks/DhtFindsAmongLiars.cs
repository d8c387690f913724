using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;
using Kith.Simulator.Dht;

namespace Kith.Simulator.Checks;

/// <summary>
/// A thousand DHT nodes of which one in five is hostile, and all hostile ones work together: false nodes beside the target, false values, tokens that are none,
/// answers as long as they come. Items are put and found all the same.
/// </summary>
internal sealed class DhtFindsAmongLiars : ISimCheck
{
    private const int Honest = 800;
    private const int Liars = 200;
    private const int Items = 50;
    private const int GreetingsEach = 100;

    private readonly List<string> _measured = [];

    public string Name => "dht-finds-items-though-one-in-five-lies";

    public int? SeedsUsual => 1;

    public IEnumerable<string> Measured => _measured;

    public void Run(Simulation simulation)
    {
        DhtCrowd crowd = new(simulation) { LossShare = 0.01 };
        Gang gang = new(simulation.Random.Fork("gang"));
        crowd.Grow(Honest);
        for (int i = 0; i < Liars; i++)
        {
            InternetEndpoint endpoint = crowd.DrawEndpoint();
            DhtContact self = new(NodeIdRule.Make(endpoint.Address, gang.Random), endpoint);
            gang.Members.Add(self);
            Liar liar = new(gang, self, isSybil: false);
            for (int greeting = 0; greeting < GreetingsEach; greeting++)
            {
                liar.Greet(crowd.Draw().Endpoint);
            }

            crowd.Add(liar);
            simulation.RunFor(TimeSpan.FromMilliseconds(200));
        }

        // Long enough for tables to be refreshed with what the liars say.
        simulation.RunFor(TimeSpan.FromMinutes(20));
        CrowdTrial trial = new(crowd, simulation.Random.Fork("items"));
        List<byte[]> seeds = [];
        for (int i = 0; i < Items; i++)
        {
            (byte[] seed, CrowdResult put) = trial.Put();
            crowd.Await([put]);
            seeds.Add(seed);
        }

        trial.Get(seeds, 10);
        string line = $"dht, {Honest + Liars} nodes, {Liars} of them hostile: {trial}";
        _measured.Add(line);
        simulation.Note(line);
        SimFailure.Unless(trial.Found >= 0.99 * trial.Lookups, line);
    }
}
