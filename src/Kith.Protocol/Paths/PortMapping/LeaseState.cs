namespace Kith.Protocol.Paths.PortMapping;

/// <summary>How one wish stands with one protocol.</summary>
internal enum LeaseState
{
    /// <summary>Not asked for.</summary>
    Idle,

    /// <summary>Asked for, not granted yet.</summary>
    Asking,

    /// <summary>Granted; renewed from time to time.</summary>
    Held,

    /// <summary>Refused, or not answered; asked for again later.</summary>
    Waiting,

    /// <summary>The gateway is asked to remove it.</summary>
    Releasing,

    /// <summary>Removed, or never there.</summary>
    Released,
}
