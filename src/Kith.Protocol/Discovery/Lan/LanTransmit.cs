using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>A datagram to be sent from port 5353.</summary>
/// <param name="Length">Bytes written to the buffer.</param>
/// <param name="Endpoint">One receiver, or null: the multicast groups of both families, on every interface.</param>
public readonly record struct LanTransmit(int Length, InternetEndpoint? Endpoint)
{
    /// <summary>Whether it goes to the groups.</summary>
    public bool IsMulticast => Endpoint is null;
}
