using System.Globalization;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Wire;
using Kith.Simulator.Dht;

namespace Kith.Simulator.Checks;

/// <summary>
/// A hundred thousand junk contacts pour upon one node of a DHT: each asks it something, from an address of its own, with an id that fits it, and a tenth of them answer
/// when they are asked in turn. Whoever was in its table and is alive stays there, and it finds things as before.
/// </summary>
internal sealed class DhtFloodEvictsNobody : ISimCheck
{
    private const int Honest = 300;
    private const int Junk = 100_000;
    private const int Items = 20;

    private readonly List<string> _measured = [];

    public string Name => "dht-flood-of-junk-evicts-no-live-node";

    public int? SeedsUsual => 1;

    public IEnumerable<string> Measured => _measured;

    public void Run(Simulation simulation)
    {
        DhtCrowd crowd = new(simulation) { LossShare = 0.01 };
        crowd.Grow(Honest);
        CrowdNode victim = crowd.Draw();
        HashSet<DhtContact> before = [.. victim.Machine.CopyContacts()];
        CrowdTrial trial = new(crowd, simulation.Random.Fork("items"));
        List<byte[]> seeds = [];
        for (int i = 0; i < Items; i++)
        {
            (byte[] seed, CrowdResult put) = trial.Put();
            crowd.Await([put]);
            seeds.Add(seed);
        }

        List<CrowdResult> gets = [];
        Gang gang = new(simulation.Random.Fork("gang"));
        byte[] query = new byte[KrpcMessage.BytesMax];
        for (int i = 0; i < Junk; i++)
        {
            InternetEndpoint endpoint = crowd.DrawEndpoint();
            DhtContact junk = new(NodeIdRule.Make(endpoint.Address, gang.Random), endpoint);
            if (i % 10 == 0)
            {
                gang.Members.Add(junk);
                crowd.Add(new Liar(gang, junk, isSybil: true));
            }

            int length = new KrpcQuery((uint)i, junk.Id, isReadOnly: false, isV6: false).WriteFindNode(query, junk.Id);
            crowd.Inject(victim, endpoint, query[..length]);

            // A minute in all, with lookups of the victim's own in between.
            simulation.RunFor(TimeSpan.FromMilliseconds(0.6));
            if (i % (Junk / Items) == 0)
            {
                gets.Add(crowd.Get(victim, CrowdTrial.Item(seeds[i / (Junk / Items)]).PublicKey.ToArray()));
            }
        }

        crowd.Await(gets);
        simulation.RunFor(TimeSpan.FromMinutes(1));
        HashSet<DhtContact> after = [.. victim.Machine.CopyContacts()];
        HashSet<InternetEndpoint> alive = [.. crowd.Honest.Select(node => node.Endpoint)];
        int live = before.Count(contact => alive.Contains(contact.Endpoint));
        int evicted = before.Count(contact => alive.Contains(contact.Endpoint) && !after.Contains(contact));
        int found = gets.Count(result => result.Found is not null);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"dht, {Junk} junk contacts in a minute: {evicted} of {live} live old contacts lost, {after.Count - before.Count} junk contacts taken into free places; {found} of {gets.Count} own lookups meanwhile found the item");
        _measured.Add(line);
        simulation.Note(line);
        SimFailure.Unless(live > 20 && evicted == 0 && found >= 0.99 * gets.Count, line);
    }
}
