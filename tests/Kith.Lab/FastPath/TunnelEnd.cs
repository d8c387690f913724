using System.Collections.Frozen;
using Kith.Lab.Harness;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using Kith.Tunnel.Interfaces;
using FastPathOfPackets = Kith.Tunnel.FastPath;

namespace Kith.Lab.FastPath;

/// <summary>One end of a tunnel inside a lab host: TUN device, addresses, fast path and a session whose keys both ends know.</summary>
internal sealed class TunnelEnd : IDisposable
{
    public const ushort Port = 5484;

    private TunnelEnd(TunDevice tun, NetworkInterfaceConfigurator configurator, FastPathOfPackets path, PeerLink link, QuietCore core, LocalPorts ports)
    {
        Tun = tun;
        Configurator = configurator;
        Path = path;
        Link = link;
        Core = core;
        Ports = ports;
    }

    public TunDevice Tun { get; }

    public NetworkInterfaceConfigurator Configurator { get; }

    public FastPathOfPackets Path { get; }

    public PeerLink Link { get; }

    public QuietCore Core { get; }

    public LocalPorts Ports { get; }

    /// <summary>Brings up end number 1 or 2: 100.64.0.N and fd01::N.</summary>
    public static Task<TunnelEnd> OpenAsync(LabHost host, int number, System.Net.IPAddress peer, FastPathOptions options, TunOffloads offloads = TunOffloads.All, string name = "kith0") =>
        host.InvokeAsync(() => Open(number, peer, options, offloads, name));

    public void Dispose()
    {
        Configurator.Dispose();
        Path.Dispose();
    }

    private static TunnelEnd Open(int number, System.Net.IPAddress peer, FastPathOptions options, TunOffloads offloads, string name)
    {
        TunDevice tun = TunDevice.Open(name, offloads: offloads);
        NetworkInterfaceConfigurator configurator = tun.CreateConfigurator();
        int other = 3 - number;
        PeerLink link = new(1)
        {
            Current = new TransportSession((uint)number, (uint)other, Key(number), Key(other), number == 1, default),
            Endpoint = new InternetEndpoint(Address(peer.ToString()), Port),
        };
        Dictionary<InternetAddress, TunnelRoute> routes = [];
        foreach ((string prefix, int bits) in (ReadOnlySpan<(string, int)>)[("100.64.0.", 20), ("fd01::", 48)])
        {
            configurator.AddAddress(Address(prefix + number), bits);
            routes[Address(prefix + other)] = new TunnelRoute(link, Address(prefix + number));
        }

        QuietCore core = new(link);
        LocalPorts ports = new();
        FastPathOfPackets path = new(options with { Port = Port }, tun, ports, core);
        path.Publish(new TunnelSnapshot(
            routes.ToFrozenDictionary(),
            new Dictionary<uint, TunnelReceiver> { [(uint)number] = new(link, link.Current) }.ToFrozenDictionary()));
        path.Start();
        return new TunnelEnd(tun, configurator, path, link, core, ports);
    }

    internal static InternetAddress Address(string text) => InternetAddress.TryParse(text, out InternetAddress address) ? address : throw new LabException(text);

    private static byte[] Key(int sender) => [.. Enumerable.Range(0, 32).Select(i => (byte)((i * 7) + sender))];
}
