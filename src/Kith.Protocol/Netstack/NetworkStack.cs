using Kith.Protocol.Netstack.Memory;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <summary>
/// An IP host without an operating system: IPv4, IPv6, ICMP, UDP and TCP for a set of local addresses, as a state machine. The owner hands it
/// packets, time and what applications want; it hands back packets, a deadline and events. After every verb: take packets with
/// <see cref="TryGetPacket"/> until it returns false, events with <see cref="TryGetEvent"/> likewise, and call <see cref="HandleTimeout"/> when
/// <see cref="NextTimeout"/> has come. Taking packets after a batch of received ones, instead of after each, saves acknowledgments.
/// One thread at a time owns it and everything it made.
/// </summary>
public sealed partial class NetworkStack
{
    private readonly HashSet<InternetAddress> _addresses = [];
    private readonly PortTable _ports;
    private readonly RandomSource _random;

    /// <summary>A stack without addresses.</summary>
    /// <param name="options">Sizes, times and maxima.</param>
    /// <param name="random">Keys for sequence numbers and ports are drawn from it, once here and a little at each connection.</param>
    /// <param name="ports">Kept in step with the ports in use; shared with the packet path.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds.</exception>
    public NetworkStack(NetworkStackOptions options, RandomSource random, LocalPorts ports)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Mtu, NetworkStackOptions.MtuMin, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Mtu, NetworkStackOptions.MtuMax, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReceiveBufferBytesMax, options.Mtu, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ReceiveBufferBytesMax, 1 << 30, nameof(options));
        Options = options;
        _random = random;
        _ports = new PortTable(ports);
        Hash = SipHash.Create(random);
        Pool = new ChunkPool(options.BufferedBytesMax);
        TimeWait = new TimeWaitTable(options.TimeWaitMax, options.TimeWait, key => _ports.Release(Ip.IpProtocol.Tcp, key.LocalPort));
        _refusals = new TokenBucket(options.RefusalsPerSecondMax, options.RefusalsPerSecondMax);
    }

    /// <summary>Sizes, times and maxima.</summary>
    public NetworkStackOptions Options { get; }

    /// <summary>When <see cref="HandleTimeout"/> is to be called next; <see cref="Instant.Never"/> when nothing waits.</summary>
    public Instant NextTimeout => Instant.Min(Timers.Next, TimeWait.NextTimeout);

    /// <summary>TCP connections that exist, half-open ones included.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Bytes of buffer memory that connections hold now.</summary>
    public long BufferedBytes => Pool.TakenChunks * ChunkPool.ChunkBytes;

    /// <summary>Counters of the whole stack.</summary>
    public StackStatistics Statistics => _statistics;

    /// <summary>The keyed hash behind everything that must not be guessed.</summary>
    internal SipHash Hash { get; }

    /// <summary>Where stream buffers come from.</summary>
    internal ChunkPool Pool { get; }

    /// <summary>Connections that wait for a time.</summary>
    internal TimerHeap Timers { get; } = new();

    /// <summary>Connections that are over but keep their place.</summary>
    internal TimeWaitTable TimeWait { get; }

    /// <summary>Adds a local address; adding one twice is harmless.</summary>
    /// <exception cref="StackLimitException">There are <see cref="NetworkStackOptions.AddressesMax"/> already.</exception>
    public void AddAddress(InternetAddress local)
    {
        if (!_addresses.Contains(local) && _addresses.Count >= Options.AddressesMax)
        {
            throw new StackLimitException($"The stack has {Options.AddressesMax} addresses, which is its maximum.");
        }

        _addresses.Add(local);
    }

    /// <summary>Takes a local address away. Its connections end with <see cref="CloseReason.AddressRemoved"/>, and nothing is sent for them any more.</summary>
    public void RemoveAddress(InternetAddress local)
    {
        if (!_addresses.Remove(local))
        {
            return;
        }

        List<TcpConnection> gone = [.. _connections.Values.Where(connection => connection.Key.Local == local)];
        gone.ForEach(connection => connection.LoseAddress());
    }

    /// <summary>Whether an address is local.</summary>
    public bool HasAddress(InternetAddress address) => _addresses.Contains(address);

    /// <summary>Does what is due at <paramref name="now"/>. Calling it early or late is harmless.</summary>
    public void HandleTimeout(Instant now)
    {
        while (Timers.TryTakeDue(now, out TcpConnection connection))
        {
            connection.HandleTimeout(now);
        }

        TimeWait.HandleTimeout(now);
    }

    /// <summary>Takes the next event; false when there is none. Never holds more than a few per connection, binding and pending echo.</summary>
    public bool TryGetEvent(out StackEvent stackEvent)
    {
        while (_eventConnections.TryPeek(out TcpConnection? connection))
        {
            if (connection.TryGetEvent(out stackEvent))
            {
                return true;
            }

            _eventConnections.Dequeue();
            connection.IsQueuedForEvents = false;
        }

        return TryGetDatagramEvent(out stackEvent);
    }
}
