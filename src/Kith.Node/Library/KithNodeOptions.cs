using System.Reflection;
using Kith.Node.Control;
using Kith.Protocol.Paths.PortMapping;

namespace Kith.Node;

/// <summary>
/// How a program starts a node of its own: in user space, so that it needs no rights and changes nothing of the machine. What is left null keeps what the state
/// directory remembers, or its default at the first start. Immutable; change a copy with <c>with</c>.
/// </summary>
public sealed record KithNodeOptions
{
    /// <summary>
    /// Where the node keeps its key and its networks. Made with mode 0700 if it is not there; one node at a time has it. Default: <see cref="DefaultStateDirectory"/>.
    /// </summary>
    public string StateDirectory { get; init; } = DefaultStateDirectory;

    /// <summary>An invite to join. A node that is already in its network goes on without it. A secret: never logged.</summary>
    public string? Join { get; init; }

    /// <summary>This device's name in networks it creates or joins. Default: the host name, made to fit.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The name of the network that the first start creates if there is no invite. Default: <c>home</c>. Ignored once the node is in a network.</summary>
    public string? NetworkName { get; init; }

    /// <summary>The UDP port. Default: any free one, so that several nodes share a machine; one that was got is taken again where that is possible.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// Whether the node makes a TUN device, so that every program of the machine reaches the network; needs rights. Default: no, the network is this program's alone.
    /// </summary>
    public bool UseTun { get; init; }

    /// <summary>The name of the TUN device, if there is to be one. Default: <c>kith0</c>.</summary>
    public string? TunName { get; init; }

    /// <summary>Addresses of members, <c>HOST:PORT</c> with a name or an address (IPv6 in brackets), tried beside everything else; an empty list for none. Default: none.</summary>
    public IReadOnlyList<string>? Peers { get; init; }

    /// <summary>Whether members are also looked for in BitTorrent's Mainline DHT. Default: yes.</summary>
    public bool? UseDht { get; init; }

    /// <summary>The nodes the DHT is entered through, <c>HOST:PORT</c> with spaces between, or <c>none</c> to begin one. Default: well-known public ones.</summary>
    public string? DhtBootstrap { get; init; }

    /// <summary>Whether members are looked for by multicast on the local network. Default: yes.</summary>
    public bool? UseLan { get; init; }

    /// <summary>Trackers that this node announces itself to, <c>udp://HOST:PORT</c> or an HTTP address; an empty list for none. Default: none.</summary>
    public IReadOnlyList<string>? Trackers { get; init; }

    /// <summary>Names under which records of members are looked for in the DNS, such as <c>nas.example.org</c>; an empty list for none. Default: none.</summary>
    public IReadOnlyList<string>? DnsNames { get; init; }

    /// <summary>STUN servers that may be asked where they see this device, <c>HOST</c> or <c>HOST:PORT</c>; an empty list for none. Default: a few public ones.</summary>
    public IReadOnlyList<string>? StunServers { get; init; }

    /// <summary>The protocols by which routers are asked for an open port; <see cref="MappingProtocol.None"/> asks none. Default: all.</summary>
    public MappingProtocol? PortMapping { get; init; }

    /// <summary>Whether packets are passed on between other members. Default: yes.</summary>
    public bool? RelayForOthers { get; init; }

    /// <summary>How many bytes a second are passed on for others at most; 0 for no limit, which is the default.</summary>
    public long? RelayBytesPerSecondMax { get; init; }

    /// <summary>The TCP port at which members connect that UDP is blocked for, best 443; 0 for none. Default: none.</summary>
    public int? TcpPort { get; init; }

    /// <summary>The state directory of a program that names none: <c>kith/PROGRAM</c> in the user's folder for application data.</summary>
    public static string DefaultStateDirectory => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "kith",
        Assembly.GetEntryAssembly()?.GetName().Name ?? "program");

    /// <summary>All but the invite, so that no log shows it by accident.</summary>
    public override string ToString() => $"KithNodeOptions {{ StateDirectory = {StateDirectory}, DeviceName = {DeviceName}, Port = {Port} }}";

    /// <summary>The same for whoever starts nodes of every kind.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.Usage"/>: a port is none.</exception>
    internal NodeStartOptions ToStartOptions() => new()
    {
        StateDirectory = StateDirectory,
        Join = Join,
        DeviceName = DeviceName,
        NetworkName = NetworkName,
        Port = ToPort(Port, nameof(Port)) ?? 0,
        TunName = TunName,
        UseTun = UseTun,
        Peers = Peers,
        UseDht = UseDht,
        DhtBootstrap = DhtBootstrap,
        UseLan = UseLan,
        Trackers = Trackers,
        DnsNames = DnsNames,
        StunServers = StunServers,
        PortMapping = PortMapping,
        RelayForOthers = RelayForOthers,
        RelayBytesPerSecondMax = RelayBytesPerSecondMax,
        TcpPort = ToPort(TcpPort, nameof(TcpPort)),
    };

    private static ushort? ToPort(int? port, string name) => port is null or (>= 0 and <= ushort.MaxValue)
        ? (ushort?)port
        : throw new ControlException(ControlError.Usage, $"{name} is {port}, which is no port.", "A port is 0 to 65535.");
}
