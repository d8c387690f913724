using Kith.Simulator.Swarm;

namespace Kith.Simulator.Checks;

/// <summary>
/// Something promised, tried in one world. Every type that implements this and has a constructor without parameters is found and run, once for each seed.
/// </summary>
internal interface ISimCheck
{
    /// <summary>The name on the command line: a sentence, words joined by dashes.</summary>
    string Name { get; }

    /// <summary>For how many seeds it is worth its time, at most.</summary>
    int SeedsMax => int.MaxValue;

    /// <summary>For how many seeds it is run where nobody says how many; null for as many as any other.</summary>
    int? SeedsUsual => null;

    /// <summary>Likewise where little time is to be spent; null for a fifth of the usual.</summary>
    int? SeedsQuick => null;

    /// <summary>Likewise where much time is to be spent; null for the usual.</summary>
    int? SeedsLong => null;

    /// <summary>Seeds that failed once: run where nobody names a seed, after the others.</summary>
    IReadOnlyList<ulong> SeedsKept => [];

    /// <summary>Whether <see cref="Run(Simulation)"/> may be called from several threads at once, with a world each.</summary>
    bool IsParallel => false;

    /// <summary>What was measured over all its runs, if anything.</summary>
    IEnumerable<string> Measured => [];

    /// <summary>The faults of a seed's world; null if the check does not draw them.</summary>
    string? DescribeFaults(ulong seed, IReadOnlySet<SwarmFault> without) => null;

    /// <summary>Builds the world, lets time pass, and throws <see cref="SimFailure"/> if the promise does not hold.</summary>
    void Run(Simulation simulation);

    /// <summary>Likewise, with some faults left out where the check draws them.</summary>
    void Run(Simulation simulation, IReadOnlySet<SwarmFault> without) => Run(simulation);
}
