namespace Kith.Protocol.Relay;

/// <summary>Is shown a datagram that a node passes on for two others; its bytes are the node's.</summary>
internal delegate void RelayObserver(ReadOnlySpan<byte> datagram);
