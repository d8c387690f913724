namespace Kith.Protocol.Paths.PortMapping;

/// <summary>A port of this machine that is to be reachable from outside.</summary>
/// <param name="Transport">UDP for the data socket, TCP for a listener.</param>
/// <param name="InternalPort">The port here.</param>
public readonly record struct MappingWish(MappedTransport Transport, ushort InternalPort);
