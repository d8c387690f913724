namespace Kith.Mutants;

/// <summary>A program that runs tests.</summary>
internal enum Suite
{
    /// <summary>tests/Kith.Tests.</summary>
    Unit,

    /// <summary>tests/Kith.Simulator.</summary>
    Simulator,
}
