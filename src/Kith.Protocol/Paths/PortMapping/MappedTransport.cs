namespace Kith.Protocol.Paths.PortMapping;

/// <summary>What is carried to a mapped port. The values are the protocol numbers of IP.</summary>
public enum MappedTransport : byte
{
    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,
}
