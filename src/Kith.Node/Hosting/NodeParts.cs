using System.Diagnostics;
using System.Net.Sockets;
using Kith.Node.Control;
using Kith.Node.Lan;
using Kith.Node.Names;
using Kith.Node.PortMapping;
using Kith.Node.Resolving;
using Kith.Node.Storage;
using Kith.Node.Stun;
using Kith.Node.Tcp;
using Kith.Node.Trackers;
using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Crypto;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Netstack;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using Microsoft.Extensions.Logging;

namespace Kith.Node.Hosting;

/// <summary>
/// Everything a node is made of, opened in an order in which a failure leaves nothing behind: state, device, sockets, core. Disposed
/// in the opposite order, also when only half of it was opened.
/// </summary>
internal sealed class NodeParts : IDisposable
{
    private readonly LocalPorts _ports = new();
    private StateDirectory? _directory;
    private DirectoryStore? _store;
    private NodeKey? _key;
    private DhtBootstrap? _bootstrap;

    /// <summary>What waits for the core's loop.</summary>
    public CoreInbox Inbox { get; } = new();

    /// <summary>The machine's interfaces.</summary>
    public LocalInterfaces? Interfaces { get; private set; }

    /// <summary>The TUN device; null in user-space mode.</summary>
    public TunDevice? Tun { get; private set; }

    /// <summary>Why there is no TUN device although one was not refused; null if there is one, or none was wanted.</summary>
    public ControlException? TunRefusal { get; private set; }

    /// <summary>The packet path.</summary>
    public FastPath? FastPath { get; private set; }

    /// <summary>The multicast socket, or null where the machine has no multicast.</summary>
    public MulticastSocket? Lan { get; private set; }

    /// <summary>Whether multicast was switched off.</summary>
    public bool IsLanOff { get; private set; }

    /// <summary>TCP connections with members.</summary>
    public TcpConnections? Tcp { get; private set; }

    /// <summary>The TLS port for members, or null where none was asked for.</summary>
    public TcpServer? TcpServer { get; private set; }

    /// <summary>Names on the machine.</summary>
    public NameService? Names { get; private set; }

    /// <summary>Addresses and names on the machine.</summary>
    public NodeOutside? Outside { get; private set; }

    /// <summary>The STUN servers that may be asked.</summary>
    public StunServers? Stun { get; private set; }

    /// <summary>What trackers need of the machine.</summary>
    public TrackerService? Trackers { get; private set; }

    /// <summary>Looks up names under which members are sought.</summary>
    public DnsService? DnsRecords { get; private set; }

    /// <summary>The core.</summary>
    public NodeCore? Core { get; private set; }

    /// <summary>Port mapping, or null where it is switched off or has not begun.</summary>
    public PortMappingService? PortMapping { get; private set; }

    /// <summary>Whether the state directory knew networks when the node started.</summary>
    public bool HadNetworks { get; private set; }

    /// <summary>Files that were damaged when they were read.</summary>
    public IReadOnlyList<StateDamage> Damages => _store?.Damages ?? [];

    /// <summary>The names of damaged files that were set aside, at this start or an earlier one.</summary>
    public IReadOnlyList<string> SetAside => _store?.SetAside ?? [];

    /// <summary>Where they lie.</summary>
    public string DamagedPath => _directory!.DamagedPath;

    /// <summary>Opens everything.</summary>
    /// <exception cref="ControlException">Something cannot be opened.</exception>
    public async Task<NodeSettings> OpenAsync(NodeStartOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ILogger logger = loggers.CreateLogger("kith");
        IReadOnlyList<InternetEndpoint>? given = options.Peers is null ? null : await StaticPeers.ResolveAsync(options.Peers, cancellationToken).ConfigureAwait(false);
        try
        {
            NodeSettings settings = OpenState(options);
            OpenNetwork(settings, isTunRequired: options.UseTun == true);
            MakeCore(settings, given ?? await StaticPeers.ResolveRememberedAsync(settings.Peers, logger, cancellationToken).ConfigureAwait(false));
            TellDamages(logger);
            await OpenTcpAsync(settings, logger, cancellationToken).ConfigureAwait(false);
            Remember(settings with { LastPort = FastPath!.Port });
            if (Tun is not null)
            {
                Outside = new NodeOutside(
                    new Addressing(Tun.CreateConfigurator(), PeerLink.DefaultMtuBytes),
                    Names = new NameService(new NameServiceOptions { Link = Tun.Name }, loggers.CreateLogger<NameService>()),
                    logger);
            }

            Stun = new StunServers(
                settings.StunServers?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? StunServers.Default,
                servers => Inbox.PostWork(now => Core!.HandleStunServers(now, servers)));
            Trackers = new TrackerService(Core!, Inbox);
            DnsRecords = new DnsService(Core!, Inbox);
            IsLanOff = settings.UseLan == false;
            if (!IsLanOff)
            {
                OpenLan(logger);
            }

            logger.Listening(FastPath!.Port, Tun?.Name ?? "none", string.Join(' ', FastPath.Report.Offloads.Where(offload => offload.IsActive).Select(offload => offload.Name)));
            return settings;
        }
        catch (Exception failure) when (failure is TunUnavailableException or PortInUseException or StateException)
        {
            throw FailureTranslation.TryTranslate(failure, out ControlException? told) ? told : new UnreachableException();
        }
        catch (NodeCoreException failure) when (failure.Error == NodeCoreError.StateDamaged)
        {
            throw new ControlException(
                ControlError.StateDamaged, $"What is stored in {_directory!.NetworksPath} does not hold together: {failure.Subject}.", "It was left as it is. Put back a copy of it, or start with another --state DIR and a new invite.", failure);
        }
    }

    /// <summary>Keeps the name that an invite led to for the next start, unless names are switched off. On the core's loop.</summary>
    public void RememberDnsName(string name)
    {
        NodeSettings settings = NodeSettings.Load(_store!);
        string[] known = (settings.DnsNames ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (settings.DnsNames != "" && !known.Contains(name, StringComparer.OrdinalIgnoreCase) && known.Length < DnsBook.NamesMax)
        {
            // That it cannot be stored is told by whatever else cannot.
            (settings with { DnsNames = string.Join(' ', [.. known, name]) }).Save(_store!);
        }
    }

    /// <summary>Begins to look for the nodes that the DHT is entered through, unless it is switched off.</summary>
    public void StartDht(NodeSettings settings)
    {
        string nodes = settings.DhtBootstrap ?? DhtBootstrap.PublicNodes;
        if (settings.UseDht != false && nodes != DhtBootstrap.NoNodes)
        {
            _bootstrap = new DhtBootstrap(nodes, endpoints => Inbox.PostWork(now => Core!.AddDhtBootstrap(now, endpoints)));
        }
    }

    /// <summary>Begins to ask routers for ports, unless that is switched off. What they grant is told to the core.</summary>
    public void StartPortMapping(NodeSettings settings, TimeSpan? lifetime)
    {
        MappingProtocol protocols = settings.PortMapping ?? MappingProtocol.All;
        if (protocols == MappingProtocol.None)
        {
            return;
        }

        PortMapperOptions options = new()
        {
            Wishes = settings.OfferedTcpPort is { } tcp
                ? [new MappingWish(MappedTransport.Udp, FastPath!.Port), new MappingWish(MappedTransport.Tcp, tcp)]
                : [new MappingWish(MappedTransport.Udp, FastPath!.Port)],
            Secret = PortMappingSecret(),
            Protocols = protocols,
            Lifetime = lifetime ?? PortMappingLimits.Lifetime,
        };
        PortMapping = new PortMappingService(options, Interfaces!, Tun?.Name, endpoints => Inbox.PostWork(now =>
        {
            Core!.HandleMappedEndpoints(now, [.. endpoints.Where(mapped => mapped.Transport == MappedTransport.Udp).Select(mapped => mapped.External)]);
            Core.HandleMappedTcpEndpoints(now, [.. endpoints.Where(mapped => mapped.Transport == MappedTransport.Tcp).Select(mapped => mapped.External)]);
        }));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        PortMapping?.Dispose();
        _bootstrap?.Dispose();
        Interfaces?.Dispose();
        Stun?.Dispose();
        Trackers?.Dispose();
        DnsRecords?.Dispose();
        Lan?.Dispose();
        Tcp?.Dispose();
        TcpServer?.DisposeAsync().AsTask().Wait();
        Outside?.Dispose();
        FastPath?.Dispose();
        Tun?.Dispose();
        Core?.Dispose();
        _key?.Dispose();
        _store?.Dispose();
        _directory?.Dispose();
        Inbox.Dispose();
    }

    private NodeSettings OpenState(NodeStartOptions options)
    {
        if (options.DeviceName is { } name && !DeviceName.IsValid(name))
        {
            throw Failures.NameInvalid(name);
        }

        _directory = StateDirectory.Open(options.StateDirectory);
        SystemRandomSource random = new();
        _key = NodeKeyFile.LoadOrCreate(_directory, random);
        _store = DirectoryStore.Open(_directory);
        HadNetworks = _store.Networks.Any(network => _store.IsSalvaged(network) || _store.ReadStatements(network).Any());
        return NodeSettings.Load(_store).With(options);
    }

    private Bytes32 PortMappingSecret()
    {
        Span<byte> seed = stackalloc byte[NodeKey.SeedBytes];
        Span<byte> secret = stackalloc byte[Blake2s.HashBytes];
        _key!.CopySeed(seed);
        Blake2s.KeyedHash(seed, "kith port mapping 1"u8, secret);
        seed.Clear();
        return new Bytes32(secret);
    }

    // Only what has proved to work: a port or a device that could not be had must not be tried again at the next start.
    private void Remember(NodeSettings settings)
    {
        if ((settings != NodeSettings.Load(_store!) || !NodeSettings.IsKeptTwice(_store!)) && settings.Save(_store!) is { IsOk: false } result)
        {
            throw new ControlException(
                result.Outcome == StoreOutcome.Full ? ControlError.StateFull : ControlError.StateNotWritable,
                result.Message ?? "The settings could not be stored.",
                "Make room, or choose another state directory with --state DIR.");
        }
    }

    private void OpenNetwork(NodeSettings settings, bool isTunRequired)
    {
        Interfaces = new LocalInterfaces(settings.TunName!);
        (Tun, TunRefusal) = TunChoice.Open(settings.UseTun, isTunRequired, settings.TunName!, static name => TunDevice.Open(name));
        FastPath = OpenFastPath(settings.Port!.Value, settings.LastPort);
    }

    // Any port will do: best the one under which others know this node.
    private FastPath OpenFastPath(ushort port, ushort? last)
    {
        try
        {
            ushort wanted = port == 0 ? last ?? 0 : port;
            return new FastPath(new FastPathOptions { Port = wanted, Clock = static () => SystemClock.Now }, Tun, _ports, Inbox);
        }
        catch (PortInUseException) when (port == 0 && last is not null)
        {
            return OpenFastPath(0, last: null);
        }
    }

    private void MakeCore(NodeSettings settings, IReadOnlyList<InternetEndpoint> peers)
    {
        NodeCoreOptions options = new()
        {
            DeviceName = settings.DeviceName!,
            Port = FastPath!.Port,
            HasTun = Tun is not null,
            LargeSegments = true,
            StaticPeers = peers,
            RelayForOthers = settings.RelayForOthers ?? true,
            RelayBytesPerSecondMax = settings.RelayBytesPerSecondMax ?? 0,
            TcpPort = settings.OfferedTcpPort,
            Dht = settings.UseDht == false ? null : new DhtOptions { IsFirst = settings.DhtBootstrap == DhtBootstrap.NoNodes },
            Trackers = settings.TrackerUrls,
            DnsNames = (settings.DnsNames ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            UseCache = settings.UseCache ?? true,
            UseLan = settings.UseLan ?? true,
            Ports = _ports,
        };
        Core = new NodeCore(_key!, options, _store!, new SystemRandomSource(), SystemClock.Read());
    }

    private void TellDamages(ILogger logger)
    {
        foreach (StateDamage damage in Damages)
        {
            logger.StateDamaged(damage.File, damage.Damage, damage.SetAside, damage.Loss);
        }

        foreach (MembershipLog log in Core!.Networks.Where(log => Core.IsBeingRepaired(log.Id)))
        {
            logger.Repairing(log.State.Name);
        }
    }

    private async Task OpenTcpAsync(NodeSettings settings, ILogger logger, CancellationToken cancellationToken)
    {
        Tcp = new TcpConnections(Core!, Inbox, logger);
        if (settings.OfferedTcpPort is { } port)
        {
            TcpServer = await TcpServer.StartAsync(_key!, port, Tcp, cancellationToken).ConfigureAwait(false);
        }
    }

    private void OpenLan(ILogger logger)
    {
        try
        {
            Lan = new MulticastSocket(Interfaces!.Network, Inbox.PostLan, link => link.Name == Tun?.Name);
            Interfaces.Changed += () => Lan.Rejoin(Interfaces.Network);
        }
        catch (SocketException failure)
        {
            logger.MulticastUnavailable(failure.Message);
        }
    }
}
