namespace Kith.Mutants;

/// <summary>What became of one bug.</summary>
/// <param name="Bug">The bug.</param>
/// <param name="Catches">What caught it; empty if it survived.</param>
/// <param name="Used">Processor time of its runs.</param>
internal sealed record Outcome(PlantedBug Bug, IReadOnlyList<string> Catches, TimeSpan Used)
{
    /// <summary>Whether anything noticed.</summary>
    public bool IsCaught => Catches.Count > 0;
}
