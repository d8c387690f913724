namespace Kith.Protocol.Paths;

/// <summary>Who told us that a peer may be at an endpoint. A path stays as long as one source still names it.</summary>
public enum CandidateSource
{
    /// <summary>Heard on the local network.</summary>
    Lan = 0,

    /// <summary>A person, or an option.</summary>
    Static = 1,

    /// <summary>The peer's signed whereabouts.</summary>
    Whereabouts = 2,

    /// <summary>An invite.</summary>
    Invite = 3,

    /// <summary>The peer itself, in a call.</summary>
    CallMe = 4,

    /// <summary>An authenticated packet came from there.</summary>
    Packet = 5,

    /// <summary>Our own routes: the peer can be reached through another member.</summary>
    Relay = 6,

    /// <summary>Our own shell: a TCP connection with the peer is open.</summary>
    Tcp = 7,

    /// <summary>A tracker; kept only once the peer has answered from there.</summary>
    Tracker = 8,
}
