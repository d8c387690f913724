using Kith.Protocol.Paths;
using Kith.Protocol.Wire;
using Kith.Tunnel.Interfaces;

namespace Kith.Node.Hosting;

/// <summary>
/// This machine's addresses as the node uses them: which ones others may reach it at, and which IPv4 networks are taken. Thread-safe.
/// </summary>
internal sealed class LocalInterfaces : IDisposable
{
    // Bridges that container and virtual machine managers make: the same addresses on thousands of machines.
    private static readonly string[] PrivateBridges = ["docker", "br-", "virbr", "lxc", "lxd", "podman", "cni", "veth"];

    private readonly string _ownTun;
    private readonly InterfaceWatcher _watcher;
    private volatile LocalNetwork _network;

    /// <summary>Begins to watch; the node's own TUN device is left out everywhere.</summary>
    public LocalInterfaces(string ownTun)
    {
        _ownTun = ownTun;
        _watcher = new InterfaceWatcher(Refresh);
        _network = _watcher.Enumerate();
    }

    /// <summary>Raised on a thread of the watcher's after addresses or routes changed.</summary>
    public event Action? Changed;

    /// <summary>The interfaces as they were last seen.</summary>
    public LocalNetwork Network => _network;

    /// <summary>Addresses that other machines may reach this one at, each with its network's prefix; those that last first.</summary>
    public IReadOnlyList<InternetPrefix> Candidates =>
        [.. _network.Addresses
            .Where(address => address.IsUsable && IsCandidate(address.Interface) && !address.Address.IsLinkLocalV6 && !address.Address.IsLoopback)
            .OrderBy(address => address.IsTemporary)
            .ThenByDescending(address => address.Address.IsV4)
            .Select(address => new InternetPrefix(address.Address, address.PrefixBits))];

    /// <summary>Where default routes lead, the node's own TUN device left out.</summary>
    public IReadOnlyList<(uint InterfaceIndex, InternetAddress? Gateway)> DefaultRoutes =>
        [.. _network.DefaultRoutes.Where(route => !_network.Interfaces.Any(link => link.Index == route.InterfaceIndex && link.Name == _ownTun))];

    /// <summary>IPv4 networks this machine is in, whatever the interface.</summary>
    public IReadOnlyList<InternetPrefix> OccupiedNetworks =>
        [.. _network.Addresses.Where(address => address.Address.IsV4).Select(address => new InternetPrefix(address.Address, address.PrefixBits))];

    /// <inheritdoc/>
    public void Dispose() => _watcher.Dispose();

    private bool IsCandidate(LocalInterface candidate)
    {
        if (candidate.Name == _ownTun || candidate.IsLoopback || !candidate.IsUp)
        {
            return false;
        }

        bool hasDefaultRoute = _network.DefaultRoutes.Any(route => route.InterfaceIndex == candidate.Index);
        bool isOwnBridge = candidate.Kind == "bridge" && !PrivateBridges.Any(prefix => candidate.Name.StartsWith(prefix, StringComparison.Ordinal));
        return hasDefaultRoute || isOwnBridge || !candidate.IsVirtual;
    }

    private void Refresh()
    {
        LocalNetwork now = _watcher.Enumerate();
        if (!now.IsSameAs(_network))
        {
            _network = now;
            Changed?.Invoke();
        }
    }
}
