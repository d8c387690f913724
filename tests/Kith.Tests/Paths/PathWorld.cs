using Kith.Protocol.Paths;
using Kith.Protocol.Wire;
using Kith.Tests.Discovery;
using Kith.Tests.Identity;

namespace Kith.Tests.Paths;

/// <summary>One peer seen from one node, in virtual time: endpoints that answer after a while, or do not.</summary>
internal sealed class PathWorld
{
    private readonly PriorityQueue<Action, long> _arrivals = new();
    private readonly Dictionary<InternetEndpoint, (TimeSpan Rtt, int Mtu)> _answering = [];

    public PathWorld(int seed = 1)
    {
        Table = new PathTable(new TestRandom(seed));
        Table.SetLocalPrefixes(Now, [new InternetPrefix(WhereaboutsTests.Endpoint("192.168.1.2:1").Address, 24)]);
    }

    public PathTable Table { get; }

    public Instant Now { get; private set; } = new(10_000_000_000);

    public List<(Instant At, PathProbe Probe)> Probes { get; } = [];

    public List<PathEvent> Events { get; } = [];

    public static InternetEndpoint At(string text) => WhereaboutsTests.Endpoint(text);

    /// <summary>From now on the endpoint answers.</summary>
    public void Answers(string endpoint, double rttMilliseconds, int mtu = 1500) => _answering[At(endpoint)] = (TimeSpan.FromMilliseconds(rttMilliseconds), mtu);

    /// <summary>From now on it does not.</summary>
    public void Dies(string endpoint) => _answering.Remove(At(endpoint));

    public void Learn(CandidateSource source, params string[] endpoints)
    {
        Table.SetCandidates(Now, source, [.. endpoints.Select(At)]);
        Pump();
    }

    public void Connect()
    {
        Table.HandleSessionUp(Now);
        Pump();
    }

    public void PacketFrom(string endpoint)
    {
        Table.HandlePacketFrom(Now, At(endpoint));
        Pump();
    }

    public int ProbesTo(string endpoint, Instant since) => Probes.Count(probe => probe.Probe.Endpoint == At(endpoint) && probe.At >= since);

    public PathState Path(string endpoint) => Table.Paths.Single(path => path.Endpoint == At(endpoint));

    public void Run(double seconds)
    {
        Instant end = Now + TimeSpan.FromSeconds(seconds);
        int steps = 0;
        while (true)
        {
            Instant arrival = _arrivals.TryPeek(out _, out long ticks) ? new Instant(ticks) : Instant.Never;
            Instant next = Instant.Min(arrival, Table.NextTimeout);
            if (next > end)
            {
                break;
            }

            Assert.True(++steps < 200_000, "The table spins.");
            Now = Instant.Max(Now, next);
            if (arrival <= Now)
            {
                _arrivals.Dequeue()();
            }
            else
            {
                Table.HandleTimeout(Now);
            }

            Pump();
        }

        Now = end;
    }

    private void Pump()
    {
        while (Table.TryGetProbe(out PathProbe probe))
        {
            Probes.Add((Now, probe));
            int size = ((probe.ToPing().ByteCount + 15) / 16 * 16) + 32 + 8 + (probe.Endpoint.Address.IsV4 ? 20 : 40);
            // An opener dies on its way.
            if (probe.Ttl == 0 && _answering.TryGetValue(probe.Endpoint, out (TimeSpan Rtt, int Mtu) answer) && size <= answer.Mtu)
            {
                _arrivals.Enqueue(
                    () =>
                    {
                        // What died meanwhile does not answer.
                        if (_answering.ContainsKey(probe.Endpoint))
                        {
                            Table.HandlePong(Now, probe.Endpoint, probe.Id, At("203.0.113.7:5484"));
                        }
                    },
                    (Now + answer.Rtt).Ticks);
            }
        }

        while (Table.TryGetEvent(out PathEvent pathEvent))
        {
            Events.Add(pathEvent);
        }
    }
}
