using Kith.Protocol.Wire;

namespace Kith.Tunnel.Interfaces;

/// <summary>
/// Gives a network interface its addresses and routes, and takes back what the kernel would not take back itself when the interface
/// goes. Thread-safe. Errors are thrown as <see cref="IOException"/> in words that name the address and the system's reason.
/// </summary>
public sealed partial class NetworkInterfaceConfigurator : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<(InternetAddress Address, int PrefixBits)> _addresses = [];
    private readonly HashSet<(InternetAddress Prefix, int PrefixBits)> _routes = [];
    private readonly bool _isPersistent;
    private bool _disposed;

    /// <summary>The interface's name.</summary>
    public string Name { get; }

    /// <summary>The interface's index.</summary>
    public uint Index { get; }

    /// <summary>Adds an address; one that is already there is no error. With a prefix shorter than the address the system adds the route to it.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public void AddAddress(InternetAddress address, int prefixBits)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (ChangeAddress(add: true, address, prefixBits) is { } error)
            {
                throw new IOException($"The address {address}/{prefixBits} could not be added to {Name}: {error}.");
            }

            _addresses.Add((address, prefixBits));
        }
    }

    /// <summary>Removes an address; one that is not there is no error.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public void RemoveAddress(InternetAddress address, int prefixBits)
    {
        lock (_lock)
        {
            _addresses.Remove((address, prefixBits));
            if (ChangeAddress(add: false, address, prefixBits) is { } error)
            {
                throw new IOException($"The address {address}/{prefixBits} could not be removed from {Name}: {error}.");
            }
        }
    }

    /// <summary>Routes a prefix through the interface; a route that is already there is replaced.</summary>
    /// <param name="prefix">The destination.</param>
    /// <param name="prefixBits">Its length in bits.</param>
    /// <param name="preferredSource">The address local programs send from, if they do not choose one; one of the interface's own.</param>
    /// <exception cref="IOException">The system refused.</exception>
    public void AddRoute(InternetAddress prefix, int prefixBits, InternetAddress? preferredSource = null)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (ChangeRoute(add: true, prefix, prefixBits, preferredSource) is { } error)
            {
                throw new IOException($"The route to {prefix}/{prefixBits} could not be added to {Name}: {error}.");
            }

            _routes.Add((prefix, prefixBits));
        }
    }

    /// <summary>Removes a route; one that is not there is no error.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public void RemoveRoute(InternetAddress prefix, int prefixBits)
    {
        lock (_lock)
        {
            _routes.Remove((prefix, prefixBits));
            if (ChangeRoute(add: false, prefix, prefixBits, null) is { } error)
            {
                throw new IOException($"The route to {prefix}/{prefixBits} could not be removed from {Name}: {error}.");
            }
        }
    }

    /// <summary>Removes what this object added and the kernel would keep: everything on an interface that outlives its owner, nothing otherwise.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (!_isPersistent)
            {
                return;
            }

            foreach ((InternetAddress prefix, int bits) in _routes)
            {
                _ = ChangeRoute(add: false, prefix, bits, null);
            }

            foreach ((InternetAddress address, int bits) in _addresses)
            {
                _ = ChangeAddress(add: false, address, bits);
            }
        }
    }
}
