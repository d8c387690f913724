namespace Kith.Simulator.Nodes;

/// <summary>Takes a packet; its bytes are the caller's.</summary>
internal delegate void PacketHandler(ReadOnlySpan<byte> packet);
