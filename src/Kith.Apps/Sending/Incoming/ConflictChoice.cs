namespace Kith.Apps.Sending.Incoming;

/// <summary>What somebody chose.</summary>
/// <param name="Policy">What becomes of the file; not <see cref="ConflictPolicy.Ask"/>.</param>
/// <param name="ForAll">Whether the same holds for every other file of this transfer.</param>
public readonly record struct ConflictChoice(ConflictPolicy Policy, bool ForAll);
