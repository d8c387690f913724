namespace Kith.Lab.Rivals;

/// <summary>One contender's numbers of one round; NaN where it does not do that at all.</summary>
/// <param name="TcpFour">Bits per second of one TCP stream over IPv4.</param>
/// <param name="TcpSix">The same over IPv6.</param>
/// <param name="PingMedian">Median round trip, in milliseconds.</param>
/// <param name="PacketRate">64-byte UDP datagrams per second that arrived.</param>
internal sealed record RivalSample(double TcpFour, double TcpSix, double PingMedian, double PacketRate);
