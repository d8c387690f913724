namespace Kith.Node.Control;

/// <summary>What the DHT cost, headers of UDP and IP included.</summary>
/// <param name="Seconds">Over how long.</param>
/// <param name="SentPackets">Packets sent.</param>
/// <param name="SentBytes">Their bytes.</param>
/// <param name="ReceivedPackets">Packets received.</param>
/// <param name="ReceivedBytes">Their bytes.</param>
public sealed record DhtTrafficStatus(double Seconds, long SentPackets, long SentBytes, long ReceivedPackets, long ReceivedBytes);
