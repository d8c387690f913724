namespace Kith.Protocol.Netstack;

/// <summary>
/// Which local TCP and UDP ports the user-space stack owns, so that the packet path can tell in one look whether a packet is for it
/// or for the TUN device. The stack's loop writes; any thread reads. 16 KiB, fixed.
/// </summary>
public sealed class LocalPorts
{
    private const byte Tcp = 6;
    private const byte Udp = 17;

    private readonly uint[] _tcp = new uint[65536 / 32];
    private readonly uint[] _udp = new uint[65536 / 32];

    /// <summary>Whether the stack owns a port. <paramref name="protocol"/> is the IP protocol number; false for any other than TCP and UDP.</summary>
    public bool Contains(byte protocol, ushort port) => Table(protocol) is { } table && (Volatile.Read(ref table[port / 32]) & (1u << (port % 32))) != 0;

    /// <summary>Marks a port as the stack's.</summary>
    public void Add(byte protocol, ushort port)
    {
        if (Table(protocol) is { } table)
        {
            Interlocked.Or(ref table[port / 32], 1u << (port % 32));
        }
    }

    /// <summary>Gives a port back.</summary>
    public void Remove(byte protocol, ushort port)
    {
        if (Table(protocol) is { } table)
        {
            Interlocked.And(ref table[port / 32], ~(1u << (port % 32)));
        }
    }

    private uint[]? Table(byte protocol) => protocol switch
    {
        Tcp => _tcp,
        Udp => _udp,
        _ => null,
    };
}
