using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>Is shown what a machine sends, and whereto.</summary>
internal delegate void WireWatch(SimMachine from, in InternetEndpoint destination, ReadOnlySpan<byte> datagram);
