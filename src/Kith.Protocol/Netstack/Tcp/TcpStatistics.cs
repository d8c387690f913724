namespace Kith.Protocol.Netstack.Tcp;

/// <summary>What a connection has done and how its path looks, at one moment.</summary>
/// <param name="BytesSent">Stream bytes sent, repetitions not counted.</param>
/// <param name="BytesReceived">Stream bytes received in order.</param>
/// <param name="SegmentsSent">Packets sent; a large segment counts once.</param>
/// <param name="SegmentsReceived">Packets received.</param>
/// <param name="Retransmissions">Segments sent more than once.</param>
/// <param name="Timeouts">Retransmission timeouts.</param>
/// <param name="FastRecoveries">Fast recoveries entered.</param>
/// <param name="SpuriousRecoveries">Recoveries and timeouts that proved needless and were undone.</param>
/// <param name="RoundTrip">The smoothed round-trip time; zero before the first measurement.</param>
/// <param name="CongestionWindowBytes">The congestion window.</param>
/// <param name="SegmentBytes">Payload bytes of a full segment on this path.</param>
/// <param name="ReceiveWindowBytes">How large the receive window has grown.</param>
public readonly record struct TcpStatistics(
    long BytesSent,
    long BytesReceived,
    long SegmentsSent,
    long SegmentsReceived,
    long Retransmissions,
    long Timeouts,
    long FastRecoveries,
    long SpuriousRecoveries,
    TimeSpan RoundTrip,
    long CongestionWindowBytes,
    int SegmentBytes,
    long ReceiveWindowBytes);
