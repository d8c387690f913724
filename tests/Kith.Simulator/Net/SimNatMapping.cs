using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>One outside endpoint that a translator has given to an inside one, and whom datagrams went to through it and when: the sessions.</summary>
internal sealed class SimNatMapping(SimNatKey key, InternetEndpoint outside)
{
    /// <summary>What it was made for.</summary>
    public SimNatKey Key { get; } = key;

    /// <summary>The endpoint that others see.</summary>
    public InternetEndpoint Outside { get; } = outside;

    /// <summary>When each remote endpoint was last sent to, and whether anything has come from it.</summary>
    public Dictionary<InternetEndpoint, (Instant Last, bool IsAnswered)> Sessions { get; } = [];

    /// <summary>When anything was last sent through it.</summary>
    public Instant LastUsed { get; set; }
}
