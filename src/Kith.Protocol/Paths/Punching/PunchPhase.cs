namespace Kith.Protocol.Paths.Punching;

/// <summary>What a <see cref="Puncher"/> is doing.</summary>
public enum PunchPhase
{
    /// <summary>Nothing: there is a direct path, or no session to call over.</summary>
    Idle,

    /// <summary>A round failed; the next one has its time.</summary>
    Waiting,

    /// <summary>The peer has been called; both sides start in a moment.</summary>
    Calling,

    /// <summary>Both sides probe each other's candidates.</summary>
    Probing,

    /// <summary>Many sockets on one side meet many ports on the other.</summary>
    Birthday,
}
