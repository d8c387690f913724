using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>An invite, as far as finding each other needs it.</summary>
/// <param name="Network">The network it leads to.</param>
/// <param name="PublicKey">The public half of the invite's key.</param>
public sealed record LanInvite(NetworkId Network, Bytes32 PublicKey);
