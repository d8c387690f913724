namespace Kith.Protocol.Relay;

/// <summary>Is shown what a node passes on for two others, as it came; its bytes are the node's.</summary>
internal delegate void RelayObserver(in RelayFrame relay);
