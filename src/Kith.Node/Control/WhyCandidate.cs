namespace Kith.Node.Control;

/// <summary>One way to a device that was or may be tried.</summary>
/// <param name="Path">The way.</param>
/// <param name="From">Who told of it, in words.</param>
/// <param name="State">One of <c>used working asking failed untried</c>.</param>
/// <param name="Sent">Pings sent on it.</param>
/// <param name="Answered">How many were answered.</param>
/// <param name="LossPercent">The smoothed share of pings that went unanswered.</param>
/// <param name="LastAnswered">When one was last answered, or null.</param>
/// <param name="Text">What came of it, in words.</param>
public sealed record WhyCandidate(PathStatus Path, IReadOnlyList<string> From, string State, long Sent, long Answered, double LossPercent, DateTimeOffset? LastAnswered, string Text);
