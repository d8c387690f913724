namespace Kith.Tunnel;

/// <summary>What a TUN device may be asked to do in large pieces.</summary>
[Flags]
public enum TunOffloads
{
    /// <summary>Plain packets, one by one, without a virtio header.</summary>
    None = 0,

    /// <summary>A virtio header before each packet, so that checksums may be left to the other side.</summary>
    Checksum = 1,

    /// <summary>TCP segments of one flow as one packet of up to 64 KiB.</summary>
    Tcp = 2,

    /// <summary>UDP datagrams of one flow as one packet of up to 64 KiB (Linux 6.2).</summary>
    Udp = 4,

    /// <summary>Everything the system has.</summary>
    All = Checksum | Tcp | Udp,
}
