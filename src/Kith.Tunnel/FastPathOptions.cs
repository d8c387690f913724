using System.Diagnostics;
using Kith.Protocol.Wire;

namespace Kith.Tunnel;

/// <summary>How the fast path is set up. Each offload is tried at run time; a switch set to false leaves it out, for tests.</summary>
public sealed record FastPathOptions
{
    /// <summary>The UDP port for both families; 0 lets the system choose one that is free in both.</summary>
    public ushort Port { get; init; }

    /// <summary>Receive buffer asked of the kernel for each socket, in bytes; it may grant less.</summary>
    public int ReceiveBufferBytes { get; init; } = 7 << 20;

    /// <summary>Send buffer asked of the kernel for each socket, in bytes; it may grant less.</summary>
    public int SendBufferBytes { get; init; } = 7 << 20;

    /// <summary>Whether to open an IPv4 socket.</summary>
    public bool UseIPv4 { get; init; } = true;

    /// <summary>Whether to open an IPv6 socket.</summary>
    public bool UseIPv6 { get; init; } = true;

    /// <summary>Whether to send many datagrams with one call (UDP_SEGMENT).</summary>
    public bool UseSendSegmentation { get; init; } = true;

    /// <summary>Whether to receive many datagrams with one call (UDP_GRO).</summary>
    public bool UseReceiveCoalescing { get; init; } = true;

    /// <summary>Whether to join consecutive received segments of one flow before they go to the TUN device.</summary>
    public bool UseTunCoalescing { get; init; } = true;

    /// <summary>Whether the cipher may use code of our own for wide vectors; otherwise libcrypto does all.</summary>
    public bool UseVectorCipher { get; init; } = true;

    /// <summary>Whether sockets are the runtime's own instead of the system's calls: what every other system than Linux gets.</summary>
    public bool UsePortableSockets { get; init; } = !OperatingSystem.IsLinux();

    /// <summary>The monotonic clock, the same as the core's. Called from fast path threads once per batch.</summary>
    public Func<Instant> Clock { get; init; } = static () => new Instant(Stopwatch.GetElapsedTime(0).Ticks);
}
