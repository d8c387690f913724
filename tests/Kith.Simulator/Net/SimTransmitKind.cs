namespace Kith.Simulator.Net;

/// <summary>Where a packet goes that a host hands out.</summary>
internal enum SimTransmitKind
{
    /// <summary>A datagram from the data port.</summary>
    Datagram,

    /// <summary>A multicast from port 5353 on every interface, both families.</summary>
    Multicast,

    /// <summary>A datagram from port 5353.</summary>
    FromMulticastPort,

    /// <summary>A packet that came out of the tunnel.</summary>
    Tun,
}
