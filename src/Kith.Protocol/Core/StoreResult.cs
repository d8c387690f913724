namespace Kith.Protocol.Core;

/// <summary>The answer of an <see cref="INodeStore"/>: what happened and, where it did not work, one line for the user.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Message">One line that names the place and the reason; null where all went well.</param>
public readonly record struct StoreResult(StoreOutcome Outcome, string? Message = null)
{
    /// <summary>It is kept.</summary>
    public static StoreResult Ok => default;

    /// <summary>Whether it is kept.</summary>
    public bool IsOk => Outcome == StoreOutcome.Ok;

    /// <summary>There was no room.</summary>
    public static StoreResult Full(string message) => new(StoreOutcome.Full, message);

    /// <summary>It could not be kept for another reason than room.</summary>
    public static StoreResult Failed(string message) => new(StoreOutcome.Failed, message);
}
