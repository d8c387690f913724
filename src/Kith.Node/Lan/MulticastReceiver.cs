using Kith.Protocol.Wire;

namespace Kith.Node.Lan;

/// <summary>Takes a datagram that came from a directly attached network; the bytes are valid during the call only.</summary>
/// <param name="source">Where it came from; for link-local addresses with the interface's scope.</param>
/// <param name="datagram">The bytes.</param>
internal delegate void MulticastReceiver(in InternetEndpoint source, ReadOnlySpan<byte> datagram);
