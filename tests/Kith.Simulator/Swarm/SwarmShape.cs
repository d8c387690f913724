namespace Kith.Simulator.Swarm;

/// <summary>How the machines of a world reach each other.</summary>
internal enum SwarmShape
{
    /// <summary>All on one LAN.</summary>
    OneLan,

    /// <summary>Two or three LANs of the Internet.</summary>
    Lans,

    /// <summary>Behind translators and firewalls of all kinds, one or two on the public side.</summary>
    Homes,

    /// <summary>Only some reach each other directly; the others need chains of members.</summary>
    Chains,

    /// <summary>Two behind translators with nothing between them but a DHT of strangers.</summary>
    DhtAlone,
}
