using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Wire;

namespace Kith.Simulator.Dht;

/// <summary>
/// Very many DHT nodes at addresses all over the Internet, with nothing around them but a network that delays and loses: no machines, no segments, no trace.
/// </summary>
internal sealed class DhtCrowd
{
    private const int WellKnown = 5;
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan s_jitter = TimeSpan.FromMilliseconds(60);

    private readonly Simulation _simulation;
    private readonly SeededRandom _random;
    private readonly Dictionary<InternetEndpoint, ICrowdNode> _nodes = [];
    private readonly Dictionary<ICrowdNode, Instant> _planned = [];
    private readonly List<CrowdNode> _honest = [];
    private readonly byte[] _buffer = new byte[KrpcMessage.BytesMax];

    public DhtCrowd(Simulation simulation)
    {
        _simulation = simulation;
        _random = simulation.Random.Fork("crowd");
    }

    /// <summary>The share of datagrams that is lost.</summary>
    public double LossShare { get; set; }

    /// <summary>The honest nodes that are alive.</summary>
    public IReadOnlyList<CrowdNode> Honest => _honest;

    /// <summary>Datagrams sent.</summary>
    public long Datagrams { get; private set; }

    /// <summary>Bytes sent, without headers.</summary>
    public long Bytes { get; private set; }

    /// <summary>The endpoints that everybody begins with.</summary>
    public IReadOnlyList<InternetEndpoint> Bootstrap => [.. _honest.Take(WellKnown).Select(node => node.Endpoint)];

    /// <summary>A place nobody has yet, in a network of its own as far as chance has it.</summary>
    public InternetEndpoint DrawEndpoint()
    {
        while (true)
        {
            InternetAddress address = InternetAddress.FromV4(_random.NextUInt32());
            InternetEndpoint endpoint = new(address, (ushort)(1024 + _random.NextBelow(60_000)));
            if (Kith.Protocol.Paths.EndpointField.IsUnicast(endpoint) && !NodeIdRule.IsExempt(address) && address.V4Value >> 24 is > 0 and < 224 and not 127 && !_nodes.ContainsKey(endpoint))
            {
                return endpoint;
            }
        }
    }

    /// <summary>Lets honest nodes come, one every 50 ms, and settle.</summary>
    public void Grow(int count)
    {
        for (int i = 0; i < count; i++)
        {
            AddHonest();
            _simulation.RunFor(TimeSpan.FromMilliseconds(50));
        }

        _simulation.RunFor(TimeSpan.FromMinutes(2));
    }

    /// <summary>Adds an honest node.</summary>
    public CrowdNode AddHonest()
    {
        InternetEndpoint endpoint = DrawEndpoint();
        DhtOptions options = new() { UseIPv6 = false, IsFirst = _honest.Count == 0, Bootstrap = Bootstrap };
        CrowdNode node = new(endpoint, new DhtMachine(options, _random.Fork($"node {endpoint}"), _simulation.Clock.Now));
        _honest.Add(node);
        Add(node);
        return node;
    }

    /// <summary>Adds somebody.</summary>
    public void Add(ICrowdNode node)
    {
        _nodes[node.Endpoint] = node;
        _planned[node] = Instant.Never;
        CarryOut(node);
    }

    /// <summary>Ends a share of the honest nodes without a word, the well-known ones among them as likely as any.</summary>
    public void Kill(double share)
    {
        List<CrowdNode> order = [.. _honest];
        _random.Shuffle(order);
        foreach (CrowdNode node in order.Take((int)(order.Count * share)))
        {
            Remove(node);
        }
    }

    /// <summary>Ends one.</summary>
    public void Remove(CrowdNode node)
    {
        _honest.Remove(node);
        _nodes.Remove(node.Endpoint);
    }

    /// <summary>One of the honest nodes.</summary>
    public CrowdNode Draw() => _honest[_random.NextBelow(_honest.Count)];

    /// <summary>Puts an item; the result fills as it goes.</summary>
    public CrowdResult Put(CrowdNode node, DhtItem item) => Begin(node, machine => machine.BeginPut(_simulation.Clock.Now, item));

    /// <summary>Looks for the mutable item of a key.</summary>
    public CrowdResult Get(CrowdNode node, byte[] publicKey) => Begin(node, machine => machine.BeginGet(_simulation.Clock.Now, publicKey, default));

    /// <summary>Hands a node a datagram as if it came from anywhere.</summary>
    public void Inject(CrowdNode node, InternetEndpoint source, byte[] datagram)
    {
        node.HandleDatagram(_simulation.Clock.Now, source, datagram);
        CarryOut(node);
    }

    /// <summary>Lets time pass until all of these are over.</summary>
    public void Await(IReadOnlyList<CrowdResult> results) =>
        SimFailure.Unless(_simulation.RunUntil(() => results.All(result => result.IsOver), TimeSpan.FromMinutes(5)), "operations have not ended after five minutes");

    private CrowdResult Begin(CrowdNode node, Func<DhtMachine, long> begin)
    {
        CrowdResult result = new();
        long operation = begin(node.Machine);
        if (operation == 0)
        {
            result.IsOver = true;
        }
        else
        {
            node.Results[operation] = result;
        }

        CarryOut(node);
        return result;
    }

    private void CarryOut(ICrowdNode node)
    {
        while (node.TryGetTransmit(_buffer, out DhtTransmit transmit))
        {
            Datagrams++;
            Bytes += transmit.Length;
            if (!_random.Happens(LossShare))
            {
                InternetEndpoint to = transmit.Endpoint;
                byte[] bytes = _buffer[..transmit.Length];
                _simulation.Plan(s_delay + _random.NextSpan(s_jitter), () => Deliver(node.Endpoint, to, bytes));
            }
        }

        Instant next = Instant.Max(node.NextTimeout, _simulation.Clock.Now);
        if (next < _planned[node])
        {
            _planned[node] = next;
            _simulation.Plan(next - _simulation.Clock.Now, () => Fire(node, next));
        }
    }

    private void Deliver(InternetEndpoint from, InternetEndpoint to, byte[] bytes)
    {
        if (_nodes.TryGetValue(to, out ICrowdNode? node))
        {
            node.HandleDatagram(_simulation.Clock.Now, from, bytes);
            CarryOut(node);
        }
    }

    private void Fire(ICrowdNode node, Instant planned)
    {
        if (_planned[node] == planned && _nodes.ContainsKey(node.Endpoint))
        {
            _planned[node] = Instant.Never;
            if (node.NextTimeout <= _simulation.Clock.Now)
            {
                node.HandleTimeout(_simulation.Clock.Now);
            }

            CarryOut(node);
        }
    }
}
