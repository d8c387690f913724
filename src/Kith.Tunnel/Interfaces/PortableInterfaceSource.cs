using System.Net.NetworkInformation;
using System.Net.Sockets;
using Kith.Protocol.Wire;

namespace Kith.Tunnel.Interfaces;

/// <summary>Interfaces as the runtime knows them: for systems other than Linux.</summary>
internal sealed class PortableInterfaceSource : InterfaceSource
{
    private readonly Action? _onChanged;
    private readonly Lock _lock = new();
    private bool _disposed;

    public PortableInterfaceSource(Action? onChanged)
    {
        _onChanged = onChanged;
        if (onChanged is not null)
        {
            NetworkChange.NetworkAddressChanged += Changed;
        }
    }

    public override LocalNetwork Enumerate()
    {
        List<LocalInterface> interfaces = [];
        List<LocalAddress> addresses = [];
        List<(uint, InternetAddress?)> defaults = [];
        try
        {
            foreach (NetworkInterface found in NetworkInterface.GetAllNetworkInterfaces())
            {
                Add(found, interfaces, addresses, defaults);
            }
        }
        catch (NetworkInformationException exception)
        {
            throw new IOException($"The network interfaces could not be listed: {exception.Message}", exception);
        }

        return new LocalNetwork { Interfaces = interfaces, Addresses = addresses, DefaultRoutes = defaults };
    }

    public override void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= Changed;
        lock (_lock)
        {
            _disposed = true;
        }
    }

    private static void Add(NetworkInterface found, List<LocalInterface> interfaces, List<LocalAddress> addresses, List<(uint, InternetAddress?)> defaults)
    {
        IPInterfaceProperties properties = found.GetIPProperties();
        int index = IndexOf(found, properties);
        LocalInterface item = new()
        {
            Name = found.Name,
            Index = (uint)index,
            IsUp = found.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown,
            IsLoopback = found.NetworkInterfaceType == NetworkInterfaceType.Loopback,
            IsPointToPoint = found.NetworkInterfaceType is NetworkInterfaceType.Ppp or NetworkInterfaceType.Tunnel,
            HasMulticast = found.SupportsMulticast,
            Mtu = 0,
            Kind = found.NetworkInterfaceType == NetworkInterfaceType.Tunnel ? "tun" : "",
        };
        interfaces.Add(item);
        if (!item.IsUp)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        foreach (UnicastIPAddressInformation address in properties.UnicastAddresses)
        {
            if (address.Address.TryWriteBytes(bytes, out int written))
            {
                addresses.Add(new LocalAddress(InternetAddress.FromBytes(bytes[..written]), address.PrefixLength, item, IsTemporary: false, IsUsable: true));
            }
        }

        foreach (GatewayIPAddressInformation gateway in properties.GatewayAddresses)
        {
            if (gateway.Address.TryWriteBytes(bytes, out int written))
            {
                defaults.Add((item.Index, InternetAddress.FromBytes(bytes[..written])));
            }
        }
    }

    private static int IndexOf(NetworkInterface found, IPInterfaceProperties properties)
    {
        try
        {
            return found.Supports(NetworkInterfaceComponent.IPv6) ? properties.GetIPv6Properties().Index : properties.GetIPv4Properties().Index;
        }
        catch (Exception exception) when (exception is NetworkInformationException or SocketException or PlatformNotSupportedException)
        {
            return 0;
        }
    }

    private void Changed(object? sender, EventArgs arguments)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _onChanged?.Invoke();
            }
        }
    }
}
