namespace Kith.Protocol.Discovery.Dht;

/// <summary>What the DHT node has sent and received since it began; bytes with the headers of UDP and IP.</summary>
/// <param name="SentPackets">Datagrams sent.</param>
/// <param name="SentBytes">Their bytes.</param>
/// <param name="ReceivedPackets">Datagrams that came, whatever was in them.</param>
/// <param name="ReceivedBytes">Their bytes.</param>
public readonly record struct DhtTraffic(long SentPackets, long SentBytes, long ReceivedPackets, long ReceivedBytes)
{
    private const int UdpAndV4Bytes = 28;
    private const int UdpAndV6Bytes = 48;

    /// <summary>One more sent.</summary>
    public DhtTraffic WithSent(int bytes, bool isV4) => this with { SentPackets = SentPackets + 1, SentBytes = SentBytes + bytes + HeaderBytes(isV4) };

    /// <summary>One more received.</summary>
    public DhtTraffic WithReceived(int bytes, bool isV4) => this with { ReceivedPackets = ReceivedPackets + 1, ReceivedBytes = ReceivedBytes + bytes + HeaderBytes(isV4) };

    private static int HeaderBytes(bool isV4) => isV4 ? UdpAndV4Bytes : UdpAndV6Bytes;
}
