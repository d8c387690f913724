namespace Kith.Protocol.Relay;

/// <summary>One link as a member states it: 11 bytes on the wire.</summary>
/// <param name="Neighbour">The short id of the member at its other end.</param>
/// <param name="RttUnits">Time there and back in units of 100 µs, at most 6.5 s; 65,535 while it has not been measured.</param>
/// <param name="LossUnits">Pings lost of 255, smoothed.</param>
public readonly record struct StatedLink(ulong Neighbour, ushort RttUnits, byte LossUnits)
{
    /// <summary>Bytes on the wire: short id (8), time (2), loss (1).</summary>
    public const int Bytes = 11;

    /// <summary>What one unit of <see cref="RttUnits"/> is.</summary>
    public static readonly TimeSpan RttUnit = TimeSpan.FromMicroseconds(100);

    /// <summary>Whether the neighbour owes the answer to a ping, which is stated as if all were lost.</summary>
    public bool IsInDoubt => LossUnits == byte.MaxValue;

    /// <summary>States a measurement.</summary>
    public static StatedLink Of(ulong neighbour, TimeSpan? rtt, double loss) => new(
        neighbour,
        rtt is { } time ? (ushort)Math.Clamp(time.Ticks / RttUnit.Ticks, 0, ushort.MaxValue - 1) : ushort.MaxValue,
        (byte)Math.Clamp(Math.Round(loss * byte.MaxValue), 0, byte.MaxValue));

    /// <summary>Whether another statement of the same link is worth telling: a quarter and 5 ms of time, or 5 % of loss.</summary>
    public bool DiffersMuchFrom(StatedLink other) =>
        Math.Abs(RttUnits - other.RttUnits) > Math.Max(50, other.RttUnits / 4) || Math.Abs(LossUnits - other.LossUnits) > 12;
}
