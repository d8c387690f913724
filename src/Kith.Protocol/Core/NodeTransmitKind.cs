namespace Kith.Protocol.Core;

/// <summary>Where a packet that the core hands back goes.</summary>
public enum NodeTransmitKind
{
    /// <summary>A datagram on the data socket.</summary>
    Datagram,

    /// <summary>A multicast announcement on every suitable interface, both families.</summary>
    LanMulticast,

    /// <summary>An answer from the multicast socket to one endpoint.</summary>
    LanUnicast,

    /// <summary>An IP packet for the TUN device.</summary>
    Tun,
}
