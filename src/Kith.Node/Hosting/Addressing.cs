using Kith.Protocol.Paths;
using Kith.Tunnel.Interfaces;

namespace Kith.Node.Hosting;

/// <summary>
/// Keeps the TUN device's addresses as the networks want them: own IPv6 address in the network's /48, own IPv4 address in its /20; the
/// kernel adds the routes. Used by one thread at a time.
/// </summary>
internal sealed class Addressing(NetworkInterfaceConfigurator configurator, int mtuBytes) : IDisposable
{
    private readonly HashSet<InternetPrefix> _addresses = [];
    private bool _isUp;

    /// <summary>Adds what is missing and removes what is not wanted any more.</summary>
    /// <exception cref="IOException">The system refused; the next call tries again.</exception>
    public void Apply(IReadOnlyList<InternetPrefix> wanted)
    {
        if (!_isUp)
        {
            configurator.SetUp(mtuBytes);
            _isUp = true;
        }

        foreach (InternetPrefix address in _addresses.Except(wanted).ToList())
        {
            configurator.RemoveAddress(address.Address, address.Bits);
            _addresses.Remove(address);
        }

        foreach (InternetPrefix address in wanted.Except(_addresses).ToList())
        {
            configurator.AddAddress(address.Address, address.Bits);
            _addresses.Add(address);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => configurator.Dispose();
}
