namespace Kith.Mutants;

/// <summary>The list no longer fits the sources: a bug's place is not there, or there twice.</summary>
internal sealed class MovedSourceException(PlantedBug bug, string reason)
    : Exception($"{bug.Name}: {reason} in {bug.File}. The source has moved on; bring tests/Kith.Mutants/Bugs in line with it.");
