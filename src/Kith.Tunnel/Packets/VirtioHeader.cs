using System.Runtime.InteropServices;

namespace Kith.Tunnel.Packets;

/// <summary>
/// struct virtio_net_hdr (virtio 1.2, section 5.1.6): ten bytes before each packet of a TUN device opened with IFF_VNET_HDR, in the
/// machine's byte order. Says which checksum is still to be completed and whether the packet stands for many.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct VirtioHeader
{
    public const int Bytes = 10;

    public const byte NeedsChecksum = 1;

    public const byte GsoNone = 0;
    public const byte GsoTcpV4 = 1;
    public const byte GsoTcpV6 = 4;
    public const byte GsoUdp = 5;
    public const byte GsoEcn = 0x80;

    /// <summary><see cref="NeedsChecksum"/> or 0.</summary>
    public byte Flags;

    /// <summary>One of the Gso values; <see cref="GsoEcn"/> may be added.</summary>
    public byte GsoType;

    /// <summary>Bytes of all headers; a hint.</summary>
    public ushort HeaderLength;

    /// <summary>Payload bytes of each segment.</summary>
    public ushort GsoSize;

    /// <summary>Where the checksum begins to count, in bytes from the packet's first.</summary>
    public ushort ChecksumStart;

    /// <summary>Where the checksum lies, in bytes from <see cref="ChecksumStart"/>.</summary>
    public ushort ChecksumOffset;
}
