using Kith.Protocol.Tunnel;

namespace Kith.Tunnel;

/// <summary>
/// A virtual network interface whose packets this process reads and writes. It exists as long as this object (unless somebody made it
/// persistent beforehand). Open it on a thread that is in the network namespace it shall live in.
/// </summary>
public sealed unsafe partial class TunDevice : IDisposable
{
    /// <summary>The longest name, in characters.</summary>
    public const int NameLengthMax = 15;

    /// <summary>The largest packet a read can give, virtio header included.</summary>
    internal const int ReadBytesMax = Packets.VirtioHeader.Bytes + 65535;

    /// <summary>The interface's name, as the system settled it.</summary>
    public string Name { get; }

    /// <summary>Largest packet, in bytes.</summary>
    public int Mtu { get; }

    /// <summary>The interface's index.</summary>
    public uint Index { get; }

    /// <summary>The offloads in use.</summary>
    public TunOffloads Offloads { get; }

    /// <summary>Why offloads that were asked for are not in use; empty if all are.</summary>
    public string OffloadRefusal { get; } = "";

    /// <summary>Opens (creating it, unless it exists as a persistent one) a TUN device, brings it up and sets its MTU.</summary>
    /// <param name="name">The name, at most 15 characters; <c>%d</c> in it stands for the first free number.</param>
    /// <param name="mtu">Largest packet, in bytes; at least 1,280 for IPv6.</param>
    /// <param name="offloads">What to try; each that the system refuses is left out.</param>
    /// <exception cref="TunUnavailableException">It cannot be had; the reason is in the exception.</exception>
    public static TunDevice Open(string name, int mtu = PeerLink.DefaultMtuBytes, TunOffloads offloads = TunOffloads.All)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, 576);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mtu, 65000);
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            throw new TunUnavailableException(TunUnavailableReason.Unsupported, "This system has no TUN device that Kith knows how to use.");
        }

        if (string.IsNullOrEmpty(name) || name.Length > NameLengthMax || name.Any(static c => c is '/' or ':' or <= ' ' or > '~') || name is "." or "..")
        {
            throw new TunUnavailableException(TunUnavailableReason.InvalidName, $"'{name}' is not a name for a network interface (1 to {NameLengthMax} letters, digits, '-', '_', '.').");
        }

        return new TunDevice(name, mtu, offloads);
    }
}
