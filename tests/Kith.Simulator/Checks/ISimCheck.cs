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

    /// <summary>Seeds that failed once: run where nobody names a seed, after the others.</summary>
    IReadOnlyList<ulong> SeedsKept => [];

    /// <summary>What was measured over all its runs, if anything.</summary>
    IEnumerable<string> Measured => [];

    /// <summary>Builds the world, lets time pass, and throws <see cref="SimFailure"/> if the promise does not hold.</summary>
    void Run(Simulation simulation);
}
