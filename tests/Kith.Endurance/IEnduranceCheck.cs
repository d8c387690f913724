namespace Kith.Endurance;

/// <summary>Something that is done very often, or with very many, while memory is looked at. Found and run by its type.</summary>
internal interface IEnduranceCheck
{
    /// <summary>What holds, lower case with dashes.</summary>
    string Name { get; }

    /// <summary>Runs it; returns what was measured, each with its bar, and throws <see cref="EnduranceException"/> where it does not hold.</summary>
    IEnumerable<string> Run();
}
