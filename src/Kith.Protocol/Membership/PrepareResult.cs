namespace Kith.Protocol.Membership;

/// <summary>
/// Statements that are signed and not yet in the log. Store them all first, then add each with <see cref="MembershipLog.Add"/>: a statement that others
/// have seen and its author forgot would make the author's next one a fork. Nothing else may be prepared for the same author in between.
/// </summary>
/// <param name="Outcome">Whether it worked, or why not.</param>
/// <param name="Statements">The statements in order; none unless the outcome is <see cref="PrepareOutcome.Ok"/>.</param>
public readonly record struct PrepareResult(PrepareOutcome Outcome, IReadOnlyList<Statement> Statements)
{
    /// <summary>Whether there are statements to store and add.</summary>
    public bool IsOk => Outcome == PrepareOutcome.Ok;

    internal static PrepareResult Refused(PrepareOutcome outcome) => new(outcome, []);

    internal static PrepareResult Of(params Statement[] statements) => new(PrepareOutcome.Ok, statements);
}
