using System.Net;

namespace Kith.Lab.Nat;

/// <summary>A port that a translator keeps for one device behind it.</summary>
/// <param name="Device">The device's address.</param>
/// <param name="Port">Its port.</param>
/// <param name="External">The port it appears with outside.</param>
internal sealed record NatHold(IPAddress Device, int Port, int External);
