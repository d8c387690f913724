namespace Kith.Protocol.Core.Control;

/// <summary>What a control stream is opened for.</summary>
public enum StreamPurpose : byte
{
    /// <summary>Two members keep their statements and whereabouts the same.</summary>
    Synchronize = 0,

    /// <summary>A newcomer, inside a session of an invite key, fetches the log and joins.</summary>
    Join = 1,
}
