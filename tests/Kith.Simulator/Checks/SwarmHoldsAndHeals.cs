using Kith.Simulator.Swarm;

namespace Kith.Simulator.Checks;

/// <summary>
/// Each seed draws a world of its own, and which faults are in it and how strong. While they are, whatever must always hold is looked at after every step; once they stop, everything
/// must be whole within a minute. <c>--without</c> leaves faults out of a seed's mix.
/// </summary>
internal sealed class SwarmHoldsAndHeals : ISimCheck
{
    private readonly SwarmStatistics _statistics = new();

    public string Name => "swarm-holds-and-heals";

    public int? SeedsUsual => 300;

    public int? SeedsQuick => 30;

    public int? SeedsLong => 3000;

    // What a full disk had no room for was never stored (4); unread bytes that an abort threw away passed for the stream's end (190); who had restarted with
    // its clock set back stated links that nobody believed (260).
    public IReadOnlyList<ulong> SeedsKept => [4, 190, 260];

    public bool IsParallel => true;

    public IEnumerable<string> Measured => _statistics.Lines;

    public void Run(Simulation simulation) => Run(simulation, new HashSet<SwarmFault>());

    public string? DescribeFaults(ulong seed, IReadOnlySet<SwarmFault> without) => new SwarmMix(new SeededRandom(seed).Fork("mix"), without).ToString();

    public void Run(Simulation simulation, IReadOnlySet<SwarmFault> without)
    {
        SwarmMix mix = new(simulation.Random.Fork("mix"), without);
        SwarmPlan plan = SwarmPlan.Draw(simulation.Random.Fork("plan"));
        try
        {
            new SwarmWorld(simulation, plan, mix, _statistics).Run();
        }
        catch (KnownGapException) when (mix.Has(SwarmFault.FullDisk))
        {
            _statistics.CountKnownGap();
        }
    }
}
