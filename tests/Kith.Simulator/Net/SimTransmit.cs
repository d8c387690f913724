using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>One packet that a host hands out; its bytes lie at the front of the buffer.</summary>
internal readonly record struct SimTransmit(SimTransmitKind Kind, InternetEndpoint Endpoint, int Length)
{
    /// <summary>How many routers may pass it on; 0 for the usual number.</summary>
    public byte TimeToLive { get; init; }

    /// <summary>Whether it must arrive in one piece.</summary>
    public bool DontFragment { get; init; }
}
