using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Wire;
using Kith.Tests.Tunnel;

namespace Kith.Tests.Discovery.Dht;

/// <summary>DHT nodes on a network in memory: datagrams take 20 ms, get lost as told, and time goes from event to event.</summary>
internal sealed class DhtWorld(int seed)
{
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(20);

    private readonly SeededRandom _random = new(seed);
    private readonly Dictionary<InternetEndpoint, DhtMachine> _nodes = [];
    private readonly PriorityQueue<(InternetEndpoint From, InternetEndpoint To, byte[] Bytes), (long, int)> _wire = new();
    private readonly Dictionary<DhtMachine, InternetEndpoint> _endpoints = [];
    private int _order;

    public Instant Now { get; private set; } = new(TimeSpan.FromHours(1).Ticks);

    public int LossPercent { get; set; }

    public long Datagrams { get; private set; }

    public List<(DhtMachine Node, DhtEvent Event)> Events { get; } = [];

    public IEnumerable<DhtMachine> Nodes => _nodes.Values;

    public DhtMachine Add(string endpoint, DhtOptions? options = null)
    {
        Assert.True(InternetEndpoint.TryParse(endpoint, out InternetEndpoint where));
        DhtMachine node = new(options ?? new DhtOptions(), _random, Now);
        _nodes[where] = node;
        _endpoints[node] = where;
        return node;
    }

    /// <summary>Nodes 203.0.x.y:6881, in many networks, that all know the first.</summary>
    public List<DhtMachine> AddMany(int count)
    {
        List<DhtMachine> nodes = [];
        Assert.True(InternetEndpoint.TryParse("198.51.0.1:6881", out InternetEndpoint first));
        for (int i = 0; i < count; i++)
        {
            nodes.Add(Add($"198.51.{i}.1:6881", new DhtOptions { Bootstrap = [first] }));
        }

        return nodes;
    }

    public void Remove(DhtMachine node)
    {
        _nodes.Remove(_endpoints[node]);
    }

    public void Send(string from, DhtMachine to, byte[] bytes)
    {
        Assert.True(InternetEndpoint.TryParse(from, out InternetEndpoint source));
        to.HandleDatagram(Now, source, bytes);
    }

    public List<byte[]> Take(DhtMachine node)
    {
        List<byte[]> taken = [];
        byte[] buffer = new byte[KrpcMessage.BytesMax];
        while (node.TryGetTransmit(buffer, out DhtTransmit transmit))
        {
            taken.Add(buffer[..transmit.Length]);
        }

        return taken;
    }

    public void Run(TimeSpan span)
    {
        Instant end = Now + span;
        while (true)
        {
            foreach ((InternetEndpoint endpoint, DhtMachine node) in _nodes.ToList())
            {
                Collect(endpoint, node);
            }

            Instant next = _nodes.Values.Select(node => node.NextTimeout).Aggregate(end, Instant.Min);
            if (_wire.TryPeek(out _, out (long Ticks, int) due))
            {
                next = Instant.Min(next, new Instant(due.Ticks));
            }

            if (next >= end)
            {
                Now = end;
                return;
            }

            Now = Instant.Max(next, Now);
            while (_wire.TryPeek(out _, out due) && due.Ticks <= Now.Ticks)
            {
                (InternetEndpoint from, InternetEndpoint to, byte[] bytes) = _wire.Dequeue();
                if (_nodes.TryGetValue(to, out DhtMachine? target))
                {
                    target.HandleDatagram(Now, from, bytes);
                    Collect(to, target);
                }
            }

            foreach (DhtMachine node in _nodes.Values.Where(node => node.NextTimeout <= Now))
            {
                node.HandleTimeout(Now);
            }
        }
    }

    private void Collect(InternetEndpoint endpoint, DhtMachine node)
    {
        byte[] buffer = new byte[KrpcMessage.BytesMax];
        while (node.TryGetTransmit(buffer, out DhtTransmit transmit))
        {
            Datagrams++;
            Assert.True(KrpcMessage.TryDecode(buffer.AsSpan(0, transmit.Length), out _));
            if (_random.NextBelow(100) >= LossPercent)
            {
                _wire.Enqueue((endpoint, transmit.Endpoint, buffer[..transmit.Length]), ((Now + s_delay).Ticks, _order++));
            }
        }

        while (node.TryGetEvent(out DhtEvent? dhtEvent))
        {
            Events.Add((node, dhtEvent));
        }
    }
}
