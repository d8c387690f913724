namespace Kith.Protocol.Netstack;

/// <summary>
/// Describes one IP packet that <see cref="NetworkStack.TryGetPacket"/> wrote. With <see cref="SegmentBytes"/> 0 it is complete and at most one
/// MTU long. Otherwise it is a large TCP segment, to be cut into packets of <see cref="SegmentBytes"/> payload bytes each behind a copy of
/// the first <see cref="HeaderBytes"/> bytes, as TCP segmentation offload does; its TCP checksum field then holds only the folded sum of the
/// pseudo-header (over the large packet's length), as virtio's NEEDS_CSUM asks, and FIN and PSH belong to the last piece alone.
/// </summary>
/// <param name="Length">Bytes written.</param>
/// <param name="SegmentBytes">Payload bytes of each piece, or 0 for a packet that is sent as it is.</param>
/// <param name="HeaderBytes">Bytes of IP and TCP header together; 0 unless large.</param>
/// <param name="ChecksumStart">Where the TCP header starts, from which the checksum is computed; 0 when the checksum is complete.</param>
public readonly record struct StackPacket(int Length, int SegmentBytes = 0, int HeaderBytes = 0, int ChecksumStart = 0)
{
    /// <summary>Where in the TCP header the checksum stands.</summary>
    public const int ChecksumOffset = 16;

    /// <summary>Bytes that the largest packet can have; a buffer for large segments needs as many.</summary>
    public const int LengthMax = 65535;

    /// <summary>The least bytes of IP and TCP headers that a large segment has: IPv4, TCP, timestamps.</summary>
    public const int HeaderBytesMin = 20 + 20 + 12;

    /// <summary>Whether the packet is to be cut into pieces.</summary>
    public bool IsLarge => SegmentBytes != 0;
}
