namespace Kith.Protocol.Netstack.Tcp;

/// <summary>How much of a stream may be in the network at once, and how fast it goes out.</summary>
internal abstract class CongestionControl
{
    /// <summary>The initial window in segments (RFC 6928 section 2).</summary>
    public const int InitialSegments = 10;

    /// <summary>The window after a timeout and the least there ever is, in segments.</summary>
    public const int SegmentsMin = 1;

    /// <summary>The largest window in bytes; more could not be told to the peer anyway (RFC 7323 section 2.3).</summary>
    public const long WindowMax = 1L << 30;

    /// <summary>The window in bytes.</summary>
    public long Window { get; set; }

    /// <summary>The slow start threshold in bytes.</summary>
    public long Threshold { get; set; } = long.MaxValue;

    /// <summary>Bytes a second at which packets leave; 0 to let them go as the window allows.</summary>
    public long PacingBytesPerSecond { get; protected set; }

    /// <summary>Whether losses are answered by <see cref="Acknowledge"/> alone, and neither by a reduction nor by proportional rate reduction.</summary>
    public abstract bool AnswersLossItself { get; }

    /// <summary>Makes the one that was asked for.</summary>
    public static CongestionControl Create(CongestionControlKind kind, PathRoundTrip path) => kind == CongestionControlKind.Bbr ? new BbrControl(path) : new CubicControl();

    /// <summary>Sets the window for a fresh connection.</summary>
    public virtual void Start(int segmentBytes) => Window = Math.Min(InitialSegments * (long)segmentBytes, Math.Max(14600, 2L * segmentBytes));

    /// <summary>Begins anew after a silence longer than the retransmission timeout (RFC 5681 section 4.1), which is not counted as growth.</summary>
    public abstract void Restart(int segmentBytes, long idleTicks);

    /// <summary>Grows for bytes that were acknowledged while the window was what limited the sender.</summary>
    public abstract void Grow(long nowTicks, long bytes, int segmentBytes, long smoothedTicks);

    /// <summary>Watches the round trip.</summary>
    public abstract void Watch(long acknowledged, long sendNext, long roundTripTicks);

    /// <summary>A loss: lowers the threshold. The caller sets the window.</summary>
    public abstract void Reduce(int segmentBytes);

    /// <summary>The stream has nothing to send, or is over.</summary>
    public virtual void Pause()
    {
    }

    /// <summary>Takes what an acknowledgment says of the path's rate.</summary>
    public abstract void Acknowledge(in RateSample sample, long inFlight, int segmentBytes);
}
