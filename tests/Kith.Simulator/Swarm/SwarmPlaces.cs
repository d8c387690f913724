using Kith.Simulator.Dht;
using Kith.Simulator.Mesh;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;
using Kith.Simulator.Pairs;

namespace Kith.Simulator.Swarm;

/// <summary>The segments, translators and strangers of a world.</summary>
internal sealed class SwarmPlaces
{
    private const int DhtNodes = 10;
    private const int ChainStepsMax = 4;

    private static readonly SiteKind[] s_homes = Enum.GetValues<SiteKind>();

    // Such as let through what both sides send at once, without any port having to be found by trying.
    private static readonly SiteKind[] s_easyHomes = [SiteKind.FullCone, SiteKind.AddressRestricted, SiteKind.PortRestricted, SiteKind.EasyCarrier];

    private readonly SwarmShape _shape;
    private readonly SeededRandom _random;
    private readonly SimNetwork _network;
    private readonly List<SimSegment> _lans = [];
    private readonly List<SimNat> _nats = [];
    private int _placed;

    public SwarmPlaces(NodeWorld world, SwarmShape shape, SeededRandom random)
    {
        _shape = shape;
        _random = random;
        _network = world.Simulation.Network;
        if (shape is SwarmShape.OneLan or SwarmShape.Lans)
        {
            int lans = shape == SwarmShape.OneLan ? 1 : 2 + random.NextBelow(2);
            _lans.AddRange(Enumerable.Range(0, lans).Select(_ => _network.AddSegment()));
        }

        Town = shape == SwarmShape.DhtAlone ? new DhtTown(world.Simulation, DhtNodes) : null;
    }

    /// <summary>The DHT, if there is one.</summary>
    public DhtTown? Town { get; }

    /// <summary>All LANs that are not behind anything.</summary>
    public IReadOnlyList<SimSegment> Lans => _lans;

    /// <summary>All translators.</summary>
    public IReadOnlyList<SimNat> Nats => _nats;

    /// <summary>Who reaches whom directly, where only some do.</summary>
    public MeshGraph? Graph { get; private set; }

    /// <summary>The segment for the next machine.</summary>
    public SimSegment Next()
    {
        int index = _placed++;
        switch (_shape)
        {
            case SwarmShape.OneLan or SwarmShape.Lans:
                return _lans[index % _lans.Count];
            case SwarmShape.Chains:
                return _network.AddPublicSegment();
            case SwarmShape.Homes when index == 0 || (index == 1 && _random.Happens(0.5)):
                return _network.AddPublicSegment();
            default:
                SiteKind[] kinds = _shape == SwarmShape.DhtAlone ? s_easyHomes : s_homes;
                Site site = Site.Build(_network, kinds[_random.NextBelow(kinds.Length)], _random);
                site.Segment.Line = site.Segment.Line! with { LossShare = 0, DuplicateShare = 0, ReorderShare = 0 };
                _nats.AddRange(site.Nats);
                return site.Segment;
        }
    }

    /// <summary>Closes the direct ways between most, where the shape is that of chains.</summary>
    public void CloseWays(IReadOnlyList<SimMachine> machines)
    {
        if (_shape == SwarmShape.Chains)
        {
            Graph = new MeshGraph(_network, machines);
            Graph.Draw(_random, ChainStepsMax, _random.NextBelow(3));
        }
    }
}
