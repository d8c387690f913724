using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;

namespace Kith.Protocol.Core;

/// <summary>A packet of the user-space stack that the shell seals and sends; its bytes lie at the front of the caller's buffer.</summary>
/// <param name="Link">For whom; null if the packet went among the transmits, which are to be taken before the next one.</param>
/// <param name="Packet">What was written, a single packet or a large segment.</param>
public readonly record struct StackTransmit(PeerLink? Link, StackPacket Packet);
