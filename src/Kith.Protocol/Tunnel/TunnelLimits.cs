namespace Kith.Protocol.Tunnel;

/// <summary>
/// The numbers this implementation chose for itself: how much of everything is kept. Peers need not agree on them.
/// What the specification fixes stands in <see cref="TunnelSpecification"/>.
/// </summary>
public static class TunnelLimits
{
    /// <summary>Peers of one machine.</summary>
    public const int PeersMax = 16_384;

    /// <summary>
    /// Sessions of one peer that are kept to receive on after another one took over: the last, and where both sides began a handshake at
    /// the same time the one that came to nothing.
    /// </summary>
    public const int PreviousSessionsMax = 2;

    /// <summary>Sessions a peer with several devices may have at the same time.</summary>
    public const int SeveralSessionsMax = 16;

    /// <summary>Timestamps remembered of a peer with several devices.</summary>
    public const int TimestampsMax = 256;

    /// <summary>Packets that wait for a peer's handshake; the oldest goes first.</summary>
    public const int StagedPacketsMax = 128;

    /// <summary>Bytes that wait for a peer's handshake; the oldest packet goes first.</summary>
    public const int StagedBytesMax = 256 * 1024;

    /// <summary>Datagrams that wait for the caller to take them; the newest is not taken in.</summary>
    public const int TransmitQueueMax = 1024;

    /// <summary>Events that wait for the caller to take them; the oldest goes first.</summary>
    public const int EventQueueMax = 16_384;

    /// <summary>The longest plaintext of one packet. With header, padding and tag it stays within a UDP datagram over IPv4 (65,507 bytes).</summary>
    public const int PlaintextBytesMax = 65_456;

    /// <summary>The longest datagram the machine makes: the longest plaintext is a multiple of the padding already.</summary>
    public const int DatagramBytesMax = PlaintextBytesMax + TransportHeader.OverheadBytes;

    /// <summary>Handshake messages with a valid mac1 per second above which only proven source addresses are served.</summary>
    public const int HandshakesPerSecondBeforeCookies = 200;

    /// <summary>Answers to one initiation that are worked on without proof of address under load; whoever has not seen the initiation cannot make one.</summary>
    public const int ResponsesPerInitiationMax = 4;

    /// <summary>Handshake messages per second that one source address may send under load, on average.</summary>
    public const int HandshakesPerSecondPerSource = 20;

    /// <summary>Handshake messages that one source address may send at once under load.</summary>
    public const int HandshakeBurstPerSource = 5;

    /// <summary>Source addresses whose rate is remembered under load; further ones are refused until others have been quiet for a second.</summary>
    public const int RateLimitedSourcesMax = 4096;

    /// <summary>Initiations of one peer that come closer together than this are dropped: at most 50 a second.</summary>
    public static readonly TimeSpan InitiationIntervalMin = TimeSpan.FromMilliseconds(20);

    /// <summary>Retries are moved by a random part of this, so that two ends that collided once do not collide for ever.</summary>
    public static readonly TimeSpan RetryJitterMax = TimeSpan.FromMilliseconds(333);

    /// <summary>How far ahead handshake timestamps are reserved on disk, so that it is written rarely.</summary>
    public static readonly TimeSpan ClockReservation = TimeSpan.FromMinutes(10);

    /// <summary>The shortest persistent keepalive.</summary>
    public static readonly TimeSpan PersistentKeepaliveMin = TimeSpan.FromSeconds(1);

    /// <summary>The first retry of a handshake that is hurried; the specification's is <see cref="TunnelSpecification.RekeyTimeout"/>.</summary>
    public static readonly TimeSpan HurryFirst = TimeSpan.FromSeconds(1);

    /// <summary>The second, counted from the first, so that lines with a round trip of more than a second get their answer in.</summary>
    public static readonly TimeSpan HurrySecond = TimeSpan.FromSeconds(2.5);
}
