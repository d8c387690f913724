using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Kith.Tests.Identity;

namespace Kith.Tests.Discovery.Lan;

/// <summary>One link with several nodes on it, in virtual time. What one says to the group all hear after a millisecond, the speaker too.</summary>
internal sealed class LanWorld
{
    private readonly PriorityQueue<Action, (long, int)> _arrivals = new();
    private readonly List<LanNode> _nodes = [];
    private int _order;

    public Instant Now { get; private set; } = new(50_000_000);

    public List<(LanNode From, Instant At, byte[] Datagram, InternetEndpoint? To)> Sent { get; } = [];

    public static NodeId Node(byte number) => new(new Bytes32([.. Enumerable.Range(0, 32).Select(i => (byte)((number * 37) + (i * 11) + 1))]));

    public static NetworkId Network(byte number) => new(new Bytes32([.. Enumerable.Range(0, 32).Select(i => (byte)((number * 53) + (i * 7) + 3))]));

    public static LanNetwork Membership(byte number) => new(Network(number), [.. Enumerable.Repeat((byte)(number + 100), 32)]);

    public static LanInvite Invite(byte network, byte number) => new(Network(network), new Bytes32([.. Enumerable.Repeat((byte)(number + 200), 32)]));

    public LanNode Add(byte number, LanOptions? options = null)
    {
        LanNode node = new(Node(number), WhereaboutsTests.Endpoint($"192.168.1.{number}:5353"), new LanDiscovery(Node(number), options ?? new LanOptions(), new TestRandom(number)));
        node.Machine.SetPort(5484);
        node.Machine.SetAddresses([node.Source.Address]);
        _nodes.Add(node);
        return node;
    }

    public void Remove(LanNode node) => _nodes.Remove(node);

    /// <summary>A datagram from outside to everybody.</summary>
    public void Inject(InternetEndpoint source, byte[] datagram)
    {
        foreach (LanNode node in _nodes)
        {
            node.Machine.HandleDatagram(Now, source, datagram);
            Pump(node);
        }
    }

    public void Run(double seconds)
    {
        Instant end = Now + TimeSpan.FromSeconds(seconds);
        int steps = 0;
        while (true)
        {
            Instant next = _arrivals.TryPeek(out _, out (long Ticks, int) due) ? new Instant(due.Ticks) : Instant.Never;
            foreach (LanNode node in _nodes)
            {
                next = Instant.Min(next, node.Machine.NextTimeout);
            }

            if (next > end)
            {
                break;
            }

            Assert.True(++steps < 500_000, "The machines spin.");
            Now = Instant.Max(Now, next);
            while (_arrivals.TryPeek(out _, out due) && due.Item1 <= Now.Ticks)
            {
                _arrivals.Dequeue()();
            }

            foreach (LanNode node in _nodes.ToArray())
            {
                if (node.Machine.NextTimeout <= Now)
                {
                    node.Machine.HandleTimeout(Now);
                }

                Pump(node);
            }
        }

        Now = end;
    }

    public void Pump(LanNode node)
    {
        byte[] buffer = new byte[LanDiscovery.DatagramBytesMax];
        while (node.Machine.TryGetTransmit(buffer, out LanTransmit transmit))
        {
            byte[] datagram = buffer[..transmit.Length];
            Sent.Add((node, Now, datagram, transmit.Endpoint));
            if (transmit.IsMulticast)
            {
                foreach (LanNode hearer in _nodes)
                {
                    _arrivals.Enqueue(
                        () =>
                        {
                            hearer.Machine.HandleDatagram(Now, node.Source, datagram);
                            Pump(hearer);
                        },
                        ((Now + TimeSpan.FromMilliseconds(1)).Ticks, _order++));
                }
            }
        }

        while (node.Machine.TryGetEvent(out LanEvent found))
        {
            node.Found.Add((Now, found));
        }
    }
}
