using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>One packet that a host hands out; its bytes lie at the front of the buffer.</summary>
internal readonly record struct SimTransmit(SimTransmitKind Kind, InternetEndpoint Endpoint, int Length);
