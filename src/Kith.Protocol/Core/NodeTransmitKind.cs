namespace Kith.Protocol.Core;

/// <summary>Where a packet that the core hands back goes.</summary>
public enum NodeTransmitKind
{
    /// <summary>
    /// A datagram on the data socket; or, where the endpoint's scope says so for an address that is not link-local, on the extra socket of that number,
    /// which the shell opens with the first datagram for it.
    /// </summary>
    Datagram,

    /// <summary>A datagram for the TCP connection that the endpoint names (<see cref="Paths.PathAddress.TryGetTcp"/>).</summary>
    Tcp,

    /// <summary>A multicast announcement on every suitable interface, both families.</summary>
    LanMulticast,

    /// <summary>An answer from the multicast socket to one endpoint.</summary>
    LanUnicast,

    /// <summary>An IP packet for the TUN device.</summary>
    Tun,
}
