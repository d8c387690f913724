namespace Kith.Node.Control;

/// <summary>What a node sends by itself, whether anybody uses it or not.</summary>
/// <param name="SentBytes">Bytes sent in the last hour, headers included.</param>
/// <param name="OverMinutes">Over how many minutes they were counted: 60, or fewer after a start.</param>
/// <param name="BudgetPerHour">What it may send in an hour, by the number of members it reaches and does not reach.</param>
public sealed record UpkeepStatus(long SentBytes, int OverMinutes, long BudgetPerHour);
