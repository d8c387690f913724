using System.Collections.Frozen;
using System.Net;
using Kith.Lab.Harness;
using Kith.Protocol.Relay;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using Kith.Tunnel.Interfaces;
using FastPathOfPackets = Kith.Tunnel.FastPath;

namespace Kith.Lab.FastPath;

/// <summary>
/// One member of a hand-made network, known by a small number that is its short id too: a fast path with a session for each other member that it has met, whose
/// keys both know, and no core. With a TUN device its addresses are 100.64.0.N and fd01::N.
/// </summary>
internal sealed class RelayEnd : IDisposable
{
    private readonly NetworkInterfaceConfigurator? _configurator;
    private readonly Dictionary<int, PeerLink> _links = [];
    private readonly Dictionary<int, TransportSession> _sessions = [];

    private RelayEnd(LabHost host, int number, FastPathOfPackets path, NetworkInterfaceConfigurator? configurator, RecordingCore core)
    {
        Host = host;
        Number = number;
        Path = path;
        Core = core;
        _configurator = configurator;
    }

    public LabHost Host { get; }

    public int Number { get; }

    public FastPathOfPackets Path { get; }

    public RecordingCore Core { get; }

    /// <summary>The link to another member.</summary>
    public PeerLink this[int other] => _links[other];

    public static Task<RelayEnd> OpenAsync(LabHost host, int number, bool withTun, FastPathOptions? options = null) =>
        host.InvokeAsync(() =>
        {
            TunDevice? tun = withTun ? TunDevice.Open("kith0") : null;
            NetworkInterfaceConfigurator? configurator = tun?.CreateConfigurator();
            configurator?.AddAddress(TunnelEnd.Address($"100.64.0.{number}"), 20);
            configurator?.AddAddress(TunnelEnd.Address($"fd01::{number}"), 48);
            RecordingCore core = new();
            FastPathOfPackets path = new((options ?? new()) with { Port = TunnelEnd.Port }, tun, new LocalPorts(), core);
            path.Start();
            return new RelayEnd(host, number, path, configurator, core);
        });

    /// <summary>Gives two members a session with each other; addresses are where each finds the other, null for nowhere.</summary>
    public static void Meet(RelayEnd a, RelayEnd b, IPAddress? addressOfA, IPAddress? addressOfB)
    {
        a.Know(b.Number, addressOfB);
        b.Know(a.Number, addressOfA);
    }

    /// <summary>Says which way frames for each member go (their next hops by number, null for nowhere) and publishes all.</summary>
    public void Publish(IReadOnlyDictionary<int, (int? Next, byte Distance)> members, bool forwards = true, Func<int, uint>? networks = null, RelayBudget? budget = null)
    {
        Dictionary<InternetAddress, TunnelRoute> routes = [];
        foreach ((int other, PeerLink link) in _links)
        {
            routes[TunnelEnd.Address($"100.64.0.{other}")] = new TunnelRoute(link, TunnelEnd.Address($"100.64.0.{Number}"));
            routes[TunnelEnd.Address($"fd01::{other}")] = new TunnelRoute(link, TunnelEnd.Address($"fd01::{Number}"));
        }

        Dictionary<ulong, RelayMember> table = members.ToDictionary(
            static entry => (ulong)entry.Key,
            entry => new RelayMember(_links[entry.Key], networks?.Invoke(entry.Key) ?? 1, entry.Value.Next is { } next ? _links[next] : null, entry.Value.Distance));
        Path.Publish(new TunnelSnapshot(
            routes.ToFrozenDictionary(),
            _sessions.ToFrozenDictionary(entry => Index(Number, entry.Key), entry => new TunnelReceiver(_links[entry.Key], entry.Value)),
            new RelayTable((ulong)Number, table.ToFrozenDictionary(), forwards) { Budget = budget ?? RelayBudget.Unlimited }));
    }

    /// <summary>Sends data for a member through a neighbour.</summary>
    public void Route(int other, int via, byte hops = 1)
    {
        _links[other].Endpoint = null;
        _links[other].Via = new RelayHop(_links[via], (ulong)other, (ulong)Number, hops);
    }

    public void Dispose()
    {
        _configurator?.Dispose();
        Path.Dispose();
    }

    private static uint Index(int local, int remote) => (uint)((local * 100) + remote);

    private static byte[] Key(int sender, int receiver) => [.. Enumerable.Range(0, 32).Select(i => (byte)((i * 7) + (sender * 31) + receiver))];

    private void Know(int other, IPAddress? address)
    {
        TransportSession session = new(Index(Number, other), Index(other, Number), Key(Number, other), Key(other, Number), Number < other, default);
        _sessions[other] = session;
        _links[other] = new PeerLink((Number * 100) + other)
        {
            Current = session,
            Endpoint = address is null ? null : new InternetEndpoint(TunnelEnd.Address(address.ToString()), TunnelEnd.Port),
        };
    }
}
