using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Tunnel;

/// <summary>
/// Hosts with machines, a virtual clock, and a network between them that delays and may lose, alter or record what it carries. A datagram that names no
/// endpoint goes to the host that is the peer's tag.
/// </summary>
public sealed class TunnelWorld(int seed) : IDisposable
{
    private readonly PriorityQueue<Datagram, (long Due, long Order)> _network = new();
    private readonly Dictionary<InternetEndpoint, TunnelHost> _hosts = [];
    private long _order;

    public int Seed { get; } = seed;

    public SeededRandom Random { get; } = new(seed);

    public Instant Now { get; private set; } = new(TimeSpan.FromHours(1).Ticks);

    public long WallMilliseconds { get; private set; } = 1_795_000_000_000;

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Up to this much more delay, drawn for each datagram, so that datagrams overtake each other.</summary>
    public TimeSpan DelayJitter { get; set; }

    /// <summary>Called for each datagram; false loses it.</summary>
    public Func<Datagram, bool> Carries { get; set; } = static _ => true;

    public List<Datagram> Log { get; } = [];

    public TunnelHost AddHost(string address, byte[]? privateKey = null, HandshakeClock? clock = null, TunnelOptions? options = null)
    {
        TunnelHost host = new(this, address, privateKey ?? TunnelHost.NewKey(this), clock ?? new HandshakeClock(0), options);
        _hosts.Add(host.Endpoint, host);
        return host;
    }

    /// <summary>Two hosts that know each other.</summary>
    public (TunnelHost A, TunnelHost B, TunnelPeer BAtA, TunnelPeer AAtB) AddPair(
        byte[]? presharedKeyAtA = null, byte[]? presharedKeyAtB = null, TunnelOptions? optionsOfB = null)
    {
        TunnelHost a = AddHost("192.0.2.1:1000");
        TunnelHost b = AddHost("[2001:db8::2]:2000", options: optionsOfB);
        return (a, b, a.Know(b, presharedKeyAtA), b.Know(a, presharedKeyAtB));
    }

    public void Remove(TunnelHost host)
    {
        _hosts.Remove(host.Endpoint);
        host.Dispose();
    }

    /// <summary>Gives a host another address.</summary>
    public void Move(TunnelHost host, string address)
    {
        _hosts.Remove(host.Endpoint);
        Assert.True(InternetEndpoint.TryParse(address, out InternetEndpoint endpoint));
        host.Endpoint = endpoint;
        _hosts.Add(endpoint, host);
    }

    /// <summary>Puts a datagram of an attacker onto the network.</summary>
    public void Inject(InternetEndpoint source, TunnelHost destination, byte[] bytes) => Enqueue(new Datagram(source, destination.Endpoint, bytes));

    /// <summary>Carries a datagram, or carries it once more.</summary>
    public void Repeat(Datagram datagram) =>
        _network.Enqueue(datagram, ((Now + Delay + (DelayJitter * Random.NextDouble())).Ticks, _order++));

    /// <summary>Hands a datagram to a host at once.</summary>
    public TunnelVerdict Deliver(TunnelHost host, InternetEndpoint source, ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        TunnelVerdict verdict = host.Machine.HandleDatagram(host.Now, source, copy, out _, out TransportSession? session, out Span<byte> plaintext);
        if (verdict == TunnelVerdict.Plaintext)
        {
            host.Received.Add(plaintext.ToArray());
            host.ReceivedOn.Add(session!);
        }

        host.Keepalives += verdict == TunnelVerdict.Keepalive ? 1 : 0;
        return verdict;
    }

    /// <summary>Lets time pass with everything that happens in it.</summary>
    public void Run(TimeSpan duration)
    {
        Instant end = Now + duration;
        while (true)
        {
            Drain();
            Instant next = _network.TryPeek(out _, out (long Due, long Order) first) ? new Instant(first.Due) : Instant.Never;
            foreach (TunnelHost host in _hosts.Values)
            {
                next = Instant.Min(next, host.Machine.NextTimeout);
            }

            if (next > end)
            {
                AdvanceTo(end);
                return;
            }

            AdvanceTo(Instant.Max(next, Now));
            while (_network.TryPeek(out _, out first) && first.Due <= Now.Ticks)
            {
                Datagram datagram = _network.Dequeue();
                if (_hosts.TryGetValue(datagram.Destination, out TunnelHost? host))
                {
                    Deliver(host, datagram.Source, datagram.Bytes);
                }
            }

            foreach (TunnelHost host in _hosts.Values)
            {
                if (host.Machine.NextTimeout <= Now)
                {
                    host.Machine.HandleTimeout(host.Now);
                }
            }
        }
    }

    /// <summary>Runs until something is so; fails if it is not so in time.</summary>
    public void RunUntil(Func<bool> condition, TimeSpan limit)
    {
        Instant end = Now + limit;
        while (!condition())
        {
            Assert.True(Now < end, $"not so within {limit} (seed {Seed})");
            Run(TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>Takes everything the machines have made onto the network.</summary>
    public void Drain()
    {
        byte[] buffer = new byte[TunnelLimits.DatagramBytesMax];
        foreach (TunnelHost host in _hosts.Values)
        {
            while (host.Machine.TryGetEvent(out TunnelEvent happened))
            {
                host.Events.Add(happened);
            }

            host.Clock.MarkPersisted(host.Clock.Ceiling);
            while (host.Machine.TryGetTransmit(buffer, out TunnelTransmit transmit))
            {
                host.Sent.Add(transmit.Type);
                InternetEndpoint destination = transmit.Endpoint.IsNone ? ((TunnelHost)transmit.Peer!.Tag!).Endpoint : transmit.Endpoint;
                Enqueue(new Datagram(host.Endpoint, destination, buffer[..transmit.Length]));
            }
        }
    }

    public void Dispose()
    {
        foreach (TunnelHost host in _hosts.Values)
        {
            host.Dispose();
        }
    }

    private void Enqueue(Datagram datagram)
    {
        Log.Add(datagram);
        if (Carries(datagram))
        {
            Repeat(datagram);
        }
    }

    private void AdvanceTo(Instant instant)
    {
        WallMilliseconds += (long)(instant - Now).TotalMilliseconds;
        Now = instant;
    }

    public sealed record Datagram(InternetEndpoint Source, InternetEndpoint Destination, byte[] Bytes)
    {
        public TunnelMessageType Type => TunnelMessage.TypeOf(Bytes);
    }
}
