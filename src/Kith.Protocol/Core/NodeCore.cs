using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>
/// A whole node without its IO: tunnel, user-space stack, membership, discovery and paths put together. The shell hands it datagrams,
/// packets, local addresses and time, and takes packets and events from it; the simulator does the same under a virtual clock.
/// <para>Not thread-safe: one loop calls everything. After any <c>Handle…</c> call or command, take all transmits with
/// <see cref="TryGetTransmit"/>, all events with <see cref="TryGetEvent"/>, publish <see cref="BuildSnapshot"/> if
/// <see cref="SnapshotVersion"/> moved, and call <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>.</para>
/// <para>What it promises to others is stored first: statements are appended to the <see cref="INodeStore"/> before they enter the
/// log, so nothing leaves this node that a crash could make it forget.</para>
/// </summary>
public sealed partial class NodeCore : IDisposable
{
    private static readonly TimeSpan ScanInterval = TimeSpan.FromSeconds(1);

    private readonly NodeKey _key;
    private readonly NodeCoreOptions _options;
    private readonly INodeStore _store;
    private readonly RandomSource _random;
    private readonly ReceiverIndexTable _indices;
    private readonly HandshakeClock _handshakeClock;
    private readonly TunnelMachine _tunnel;
    private readonly NetworkStack _stack;
    private readonly LanDiscovery _lan;
    private readonly TcpListener _control;
    private readonly WhereaboutsCache _whereabouts;
    private readonly Dictionary<NetworkId, LocalNetwork> _networks = [];
    private readonly Dictionary<NodeId, RemotePeer> _members = [];
    private readonly Dictionary<NodeId, RemotePeer> _invites = [];
    private readonly Dictionary<int, RemotePeer> _links = [];
    private readonly Dictionary<InternetAddress, PeerRoute> _routes = [];
    private readonly Queue<NodeEvent> _events = new();
    private Instant _nextScan;
    private int _nextLinkId = 1;
    private int _tunnelVersion = -1;

    /// <summary>
    /// Makes a node from what its store holds. Reads the store; throws what the store throws where a file is damaged.
    /// The key stays the caller's, who disposes it after this.
    /// </summary>
    public NodeCore(NodeKey key, NodeCoreOptions options, INodeStore store, RandomSource random, ClockReading now)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(store);
        _key = key;
        _options = options;
        _store = store;
        _random = random;
        _indices = new ReceiverIndexTable();
        _handshakeClock = LoadHandshakeClock(store);
        Span<byte> tunnelKey = stackalloc byte[32];
        key.CopyTunnelPrivateKey(tunnelKey);
        _tunnel = new TunnelMachine(tunnelKey, _indices, _handshakeClock, random);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(tunnelKey);
        _stack = new NetworkStack(StackOptions(options), random, options.Ports);
        _control = _stack.Listen(InternetAddress.None, Control.ControlConstants.Port, NodeLimits.SpareStreamsMax);
        _relayBudget = new RelayBudget(options.RelayBytesPerSecondMax);
        _lan = new LanDiscovery(key.Id, new LanOptions(), random);
        _lan.SetPort(options.Port);
        _nat = new NatMonitor(random, options.Port);
        _whereabouts = LoadWhereabouts();
        _dht = MakeDht(now);
        _trackers = options.Trackers.Count > 0 ? new TrackerMachine(options.Trackers, random) : null;
        foreach (string name in options.DnsNames)
        {
            _dnsBook.Add(name);
        }

        LoadNetworks(now);
        Reconcile(now);
    }

    /// <summary>This node's id.</summary>
    public NodeId Id => _key.Id;

    /// <summary>Changes whenever the packet path needs a new <see cref="TunnelSnapshot"/>.</summary>
    public int SnapshotVersion { get; private set; }

    /// <summary>The networks this device is a member of.</summary>
    public IEnumerable<MembershipLog> Networks => _networks.Values.Where(network => network.IsActive).Select(network => network.Log);

    /// <summary>When <see cref="HandleTimeout"/> must be called next, if nothing else is called before.</summary>
    public Instant NextTimeout
    {
        get
        {
            Instant next = Instant.Min(_tunnel.NextTimeout, _stack.NextTimeout);
            next = Instant.Min(next, _lan.NextTimeout);
            next = Instant.Min(next, NextPathDeadline);
            next = Instant.Min(next, NextRelayDeadline);
            next = Instant.Min(next, _nextScan);
            next = Instant.Min(next, _heldUntil);
            next = Instant.Min(next, _publishAt);
            next = Instant.Min(next, _tellAt);
            next = Instant.Min(next, _nat.NextTimeout);
            next = Instant.Min(next, _dht?.NextTimeout ?? Instant.Never);
            next = Instant.Min(next, _trackers?.NextTimeout ?? Instant.Never);
            foreach (JoinAttempt join in _joins)
            {
                next = Instant.Min(next, join.NextTimeout);
            }

            return next;
        }
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(ClockReading now)
    {
        _tunnel.HandleTimeout(now);
        _stack.HandleTimeout(now);
        _lan.HandleTimeout(now);
        _dht?.HandleTimeout(now);
        _trackers?.HandleTimeout(now);
        HandlePathDeadlines(now);
        HandleJoinTimeouts(now);
        _nat.HandleTimeout(now);
        PublishIfDue(now);
        ReadHeldStreams(now);
        TellNewsIfDue(now);
        if (now.Monotonic >= _nextScan)
        {
            _nextScan = now.Monotonic + ScanInterval;
            Scan(now);
        }

        Settle(now);
    }

    /// <summary>Takes the next event; false when there is none.</summary>
    public bool TryGetEvent(out NodeEvent? nodeEvent) => _events.TryDequeue(out nodeEvent);

    /// <summary>Says goodbye to members, on the LAN and to trackers; the last transmits are to be taken after it.</summary>
    public void Stop(ClockReading now)
    {
        SayGoodbye(now);
        _lan.Stop(now);
        StopTrackers(now);
        SaveWhereabouts();
        SaveDht();
        KeepMemories(Instant.Never);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (JoinAttempt join in _joins)
        {
            join.Dispose();
        }

        foreach (Discovery.Rendezvous.Errand errand in _errands.Values)
        {
            errand.Dispose();
        }

        _tunnel.Dispose();
    }

    // Every entry point ends here: events of the machines are turned into actions until none is left.
    private void Settle(ClockReading now)
    {
        bool again;
        do
        {
            again = HandleTunnelEvents(now, _tunnel);
            again |= HandleJoinTunnels(now);
            again |= HandleStackEvents(now);
            again |= HandleLanEvents(now);
            again |= HandleNatEvents(now);
            again |= HandleDhtEvents(now);
            again |= HandleTrackerEvents(now);
            again |= UpdateRelays(now);
            again |= TellSelfNews(now);
        }
        while (again);
        if (_tunnelVersion != _tunnel.Version)
        {
            _tunnelVersion = _tunnel.Version;
            SnapshotVersion++;
        }
    }

    private void Raise(NodeEvent nodeEvent)
    {
        if (_events.Count < NodeLimits.EventsMax)
        {
            _events.Enqueue(nodeEvent);
        }
    }

    private PeerLink NewLink() => new(_nextLinkId++);
}
