using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>What shares one mapping.</summary>
/// <param name="Inside">The inside endpoint.</param>
/// <param name="Remote">What of the remote endpoint matters: nothing, its address with port 0, or all of it.</param>
internal readonly record struct SimNatKey(InternetEndpoint Inside, InternetEndpoint Remote);
