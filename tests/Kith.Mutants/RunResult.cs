namespace Kith.Mutants;

/// <summary>What came of a run.</summary>
/// <param name="Failed">Tests that failed.</param>
/// <param name="Passed">Tests that did not.</param>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Hangs">Whether it was ended because it did not come to its end.</param>
/// <param name="Used">Processor time.</param>
internal sealed record RunResult(IReadOnlySet<string> Failed, IReadOnlySet<string> Passed, int ExitCode, bool Hangs, TimeSpan Used)
{
    /// <summary>Whether all that ran passed, and something ran.</summary>
    public bool IsClean => !Hangs && ExitCode == 0 && Failed.Count == 0 && Passed.Count > 0;

    /// <summary>What caught a bug: tests by name, or that the program did not end, or ended badly. Empty if nothing did.</summary>
    public IReadOnlyList<string> Catches => Failed.Count > 0 ? [.. Failed]
        : Hangs ? ["the tests come to no end"]
        : ExitCode is not (0 or 1 or 2) ? [$"the tests' program dies (exit code {ExitCode})"]
        : [];
}
