using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Netstack;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>A switch with whole nodes on it, a virtual clock and a fixed delay of one millisecond.</summary>
internal sealed class TestLan : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(1);
    private readonly PriorityQueue<(TestHost To, InternetEndpoint From, byte[] Bytes, bool Lan), (long Due, long Order)> _wire = new();
    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly byte[] _stackBuffer = new byte[StackPacket.LengthMax];
    private readonly HashSet<(TestHost, TestHost)> _cuts = [];
    private readonly Dictionary<(InternetAddress, TestHost), TimeSpan> _delays = [];
    private long _order;

    public TestLan() => Tcp = new TestTcp(this);

    public List<TestHost> Hosts { get; } = [];

    public TestTcp Tcp { get; }

    public HashSet<InternetEndpoint> Destinations { get; } = [];

    /// <summary>Is shown every datagram.</summary>
    public Action<byte[]>? Watch { get; set; }

    public Instant Now { get; private set; } = new(10_000_000);

    /// <summary>Machines that are no nodes: what they answer to a datagram from somewhere, or null.</summary>
    public Dictionary<InternetEndpoint, Func<InternetEndpoint, byte[], byte[]?>> Strangers { get; } = [];

    /// <summary>What is different about the nodes that are started from now on.</summary>
    public Func<NodeCoreOptions, NodeCoreOptions> Options { get; set; } = options => options;

    /// <summary>Sees the stack's packets for members, where the options ask for large segments.</summary>
    public Action<StackPacket>? SawStackPacket { get; set; }

    public bool HasMulticast { get; set; } = true;

    public ClockReading Clock(TestHost host) => new(Now, 1_800_000_000_000 + (Now.Ticks / 10_000) + host.WallOffsetMilliseconds);

    public TestHost Add(string name, MemoryNodeStore? store = null, NodeKey? key = null, bool isUp = true)
    {
        TestHost host = new(name, new TestRandom((ulong)Hosts.Count + 77), store ?? new MemoryNodeStore(), InternetAddress.FromV4(0x0A000001 + (uint)Hosts.Count), key);
        Hosts.Add(host);
        if (isUp)
        {
            Start(host);
        }

        return host;
    }

    public void Start(TestHost host)
    {
        host.Core = new NodeCore(host.Key, Options(new NodeCoreOptions { DeviceName = host.Name, Port = 5484, HasTun = true, TcpPort = host.TcpPort, Dht = host.Dht }), host.Disk ?? host.Store, host.Random, Clock(host));
        host.Core.HandleLocalAddresses(Clock(host), [new InternetPrefix(host.Address, 24)]);
    }

    public void Stop(TestHost host)
    {
        Tcp.CloseAllOf(host);
        host.Core!.Dispose();
        host.Core = null;
    }

    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        Instant end = Now + limit;
        while (true)
        {
            Flush();
            if (condition())
            {
                return true;
            }

            Instant next = Hosts.Where(host => host.Core is not null).Select(host => host.Core!.NextTimeout).Append(end).Min();
            if (_wire.TryPeek(out _, out (long Due, long Order) head))
            {
                next = Instant.Min(next, new Instant(head.Due));
            }

            if (next >= end)
            {
                Now = end;
                return condition();
            }

            Now = Instant.Max(Now, next);
            while (_wire.TryPeek(out _, out head) && head.Due <= Now.Ticks)
            {
                Deliver(_wire.Dequeue());
            }

            foreach (TestHost host in Hosts)
            {
                if (host.Core is { } core && core.NextTimeout <= Now)
                {
                    core.HandleTimeout(Clock(host));
                }
            }
        }
    }

    /// <summary>From now on nothing passes directly between two hosts.</summary>
    public void Cut(TestHost a, TestHost b)
    {
        _cuts.Add((a, b));
        _cuts.Add((b, a));
    }

    /// <summary>What passes between two hosts takes longer than the usual millisecond.</summary>
    public void SlowDown(TestHost a, TestHost b, TimeSpan delay)
    {
        _delays[(a.Address, b)] = delay;
        _delays[(b.Address, a)] = delay;
    }

    /// <summary>Takes a <see cref="Cut"/> back.</summary>
    public void Mend(TestHost a, TestHost b)
    {
        _cuts.Remove((a, b));
        _cuts.Remove((b, a));
    }

    public void Run(TimeSpan time) => RunUntil(() => false, time);

    public void Dispose()
    {
        foreach (TestHost host in Hosts)
        {
            host.Core?.Dispose();
            host.Key.Dispose();
        }
    }

    private void Deliver((TestHost To, InternetEndpoint From, byte[] Bytes, bool Lan) packet)
    {
        if (packet.To.Core is not { } core)
        {
            return;
        }

        if (packet.Lan)
        {
            core.HandleLanDatagram(Clock(packet.To), packet.From, packet.Bytes);
        }
        else
        {
            core.HandleDatagram(Clock(packet.To), packet.From, packet.Bytes);
        }
    }

    private void Flush()
    {
        foreach (TestHost host in Hosts)
        {
            if (host.Core is not { } core)
            {
                continue;
            }

            while (core.TryGetTransmit(Clock(host), _buffer, out NodeTransmit transmit) || MoveStackPacket(host, core))
            {
                if (transmit == default)
                {
                    continue;
                }

                byte[] bytes = _buffer[..transmit.Length];
                switch (transmit.Kind)
                {
                    case NodeTransmitKind.Tun:
                        host.Tun.Add(bytes);
                        break;
                    case NodeTransmitKind.LanMulticast when HasMulticast:
                        foreach (TestHost other in Hosts.Where(other => other != host && !_cuts.Contains((host, other))))
                        {
                            Send(other, new InternetEndpoint(host.Address, 5353), bytes, true);
                        }

                        break;
                    case NodeTransmitKind.LanUnicast when HasMulticast:
                        SendTo(host, transmit.Endpoint, bytes, true);
                        break;
                    case NodeTransmitKind.Tcp when Tcp.TryFind(host, transmit.Endpoint, out TestHost? end, out InternetEndpoint from):
                        Send(end, from, bytes, false);
                        break;
                    case NodeTransmitKind.Datagram:
                        SendTo(host, transmit.Endpoint, bytes, false);
                        break;
                    default:
                        break;
                }
            }

            while (core.TryGetEvent(out NodeEvent? nodeEvent))
            {
                host.Events.Add(nodeEvent!);
                Tcp.Obey(host, nodeEvent!);
            }
        }
    }

    // Cuts a large segment and has the core seal the pieces, as the packet path does where it knows no way of its own.
    private bool MoveStackPacket(TestHost host, NodeCore core)
    {
        if (!core.TryGetStackPacket(Clock(host), _stackBuffer, out StackTransmit transmit))
        {
            return false;
        }

        if (transmit.Link is not null)
        {
            SawStackPacket?.Invoke(transmit.Packet);
            for (int i = 0; i < LargeSegment.CountPieces(transmit.Packet); i++)
            {
                core.HandleTunPacket(Clock(host), _buffer.AsSpan(0, LargeSegment.WritePiece(_stackBuffer, transmit.Packet, i, _buffer)));
            }
        }

        return true;
    }

    private void SendTo(TestHost from, in InternetEndpoint endpoint, byte[] bytes, bool lan)
    {
        InternetEndpoint destination = endpoint;
        Destinations.Add(destination);
        Watch?.Invoke(bytes);
        if (Strangers.TryGetValue(destination, out Func<InternetEndpoint, byte[], byte[]?>? stranger) && stranger(new InternetEndpoint(from.Address, 5484), bytes) is { } answer)
        {
            Send(from, destination, answer, false);
        }

        TestHost? to = Hosts.Find(host => host.Address == destination.Address && !host.IsCutOff);
        if (to is not null && !from.IsCutOff && !_cuts.Contains((from, to)) && (lan || (!from.BlocksUdp && !to.BlocksUdp)))
        {
            Send(to, new InternetEndpoint(from.Address, lan ? (ushort)5353 : (ushort)5484), bytes, lan);
        }
    }

    private void Send(TestHost to, InternetEndpoint from, byte[] bytes, bool lan) => _wire.Enqueue((to, from, bytes, lan), ((Now + _delays.GetValueOrDefault((from.Address, to), Delay)).Ticks, _order++));
}

/// <summary>A machine on a <see cref="TestLan"/>.</summary>
internal sealed class TestHost(string name, TestRandom random, MemoryNodeStore store, InternetAddress address, NodeKey? key)
{
    public string Name { get; } = name;

    public TestRandom Random { get; } = random;

    public MemoryNodeStore Store { get; } = store;

    /// <summary>What the node is started on in place of <see cref="Store"/>, if anything.</summary>
    public INodeStore? Disk { get; set; }

    public NodeKey Key { get; } = key ?? NodeKey.Generate(random);

    public InternetAddress Address { get; set; } = address;

    public long WallOffsetMilliseconds { get; set; }

    public bool IsCutOff { get; set; }

    public bool BlocksUdp { get; set; }

    public ushort? TcpPort { get; set; }

    public Kith.Protocol.Discovery.Dht.DhtOptions? Dht { get; set; }

    public NodeCore? Core { get; set; }

    public List<NodeEvent> Events { get; } = [];

    public List<byte[]> Tun { get; } = [];
}
