namespace Kith.Simulator.Swarm;

/// <summary>How one world is made: drawn from its seed.</summary>
internal sealed record SwarmPlan
{
    /// <summary>How its machines reach each other.</summary>
    public required SwarmShape Shape { get; init; }

    /// <summary>Nodes that are in the network when things begin to break.</summary>
    public required int Nodes { get; init; }

    /// <summary>Nodes that try to join while things break.</summary>
    public required int Joiners { get; init; }

    /// <summary>How long things break.</summary>
    public required TimeSpan Safety { get; init; }

    /// <summary>The mean time between two things that happen.</summary>
    public required TimeSpan Pace { get; init; }

    /// <summary>Whether wall clocks are set right when nothing breaks any more; else they stay as wrong as they are.</summary>
    public required bool SetsClocks { get; init; }

    /// <summary>Whether a device is revoked on the way.</summary>
    public required bool HasRevocation { get; init; }

    /// <summary>Draws a plan: mostly small worlds.</summary>
    public static SwarmPlan Draw(SeededRandom random)
    {
        double shape = random.NextShare();
        double size = random.NextShare();
        SwarmShape drawn = shape < 0.2 ? SwarmShape.OneLan : shape < 0.4 ? SwarmShape.Lans : shape < 0.78 ? SwarmShape.Homes : shape < 0.93 ? SwarmShape.Chains : SwarmShape.DhtAlone;
        return new SwarmPlan
        {
            Shape = drawn,
            Nodes = drawn == SwarmShape.DhtAlone ? 2 : size < 0.85 ? 3 + random.NextBelow(3) : size < 0.97 ? 6 + random.NextBelow(2) : 9 + random.NextBelow(3),
            Joiners = random.Happens(0.3) && drawn != SwarmShape.DhtAlone ? 1 : 0,
            Safety = TimeSpan.FromSeconds(45 + random.NextBelow(75)),
            Pace = TimeSpan.FromSeconds(1 + (5 * random.NextShare())),
            SetsClocks = random.Happens(0.5),
            HasRevocation = random.Happens(0.3),
        };
    }
}
