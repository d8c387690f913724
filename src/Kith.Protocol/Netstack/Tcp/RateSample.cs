namespace Kith.Protocol.Netstack.Tcp;

/// <summary>What one acknowledgment says of the path (draft-cheng-iccrg-delivery-rate-estimation-02).</summary>
internal readonly record struct RateSample
{
    /// <summary>When it came, in ticks.</summary>
    public long NowTicks { get; init; }

    /// <summary>Bytes it says have newly arrived.</summary>
    public long Delivered { get; init; }

    /// <summary>Bytes newly believed lost.</summary>
    public long Lost { get; init; }

    /// <summary>Bytes that have arrived since the connection began.</summary>
    public long DeliveredTotal { get; init; }

    /// <summary>That number when the newest of the acknowledged segments was sent; negative without one.</summary>
    public long DeliveredBefore { get; init; }

    /// <summary>The rate of arrival in bytes a second, 0 if it cannot be told.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>Over how long that was measured, in ticks.</summary>
    public long IntervalTicks { get; init; }

    /// <summary>Whether the sender had too little to send for the path to show what it carries.</summary>
    public bool IsAppLimited { get; init; }

    /// <summary>The round trip in ticks; 0 if none was measured.</summary>
    public long RoundTripTicks { get; init; }
}
