using Kith.Protocol.Identity;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>A network whose members are looked for.</summary>
/// <param name="Id">Which.</param>
/// <param name="Secret">Its current rendezvous secret, 32 bytes.</param>
public sealed record LanNetwork(NetworkId Id, byte[] Secret);
