namespace Kith.Mutants;

/// <summary>Tests that are there for a bug.</summary>
/// <param name="Suite">Which program runs them.</param>
/// <param name="Filter">For the unit tests a method as <c>Class.method</c>, for the simulator a check.</param>
/// <param name="Seeds">For the simulator: how many seeds.</param>
internal sealed record Catcher(Suite Suite, string Filter, int Seeds = 1)
{
    /// <summary>A unit test.</summary>
    public static implicit operator Catcher(string filter) => new(Suite.Unit, filter);

    /// <summary>A check of the simulator.</summary>
    public static Catcher Simulated(string check, int seeds = 1) => new(Suite.Simulator, check, seeds);

    /// <inheritdoc/>
    public override string ToString() => Suite == Suite.Unit ? Filter : $"simulator: {Filter}";
}
