namespace Kith.Tunnel;

/// <summary>A TUN device could not be opened; <see cref="Reason"/> says why and what to do.</summary>
public sealed class TunUnavailableException : IOException
{
    /// <summary>States the reason and the system's own words for it.</summary>
    public TunUnavailableException(TunUnavailableReason reason, string message)
        : base(message) => Reason = reason;

    /// <summary>Why.</summary>
    public TunUnavailableReason Reason { get; }
}
