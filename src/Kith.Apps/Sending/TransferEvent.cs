namespace Kith.Apps.Sending;

/// <summary>Something that happened on the way, as `--json` prints it.</summary>
/// <param name="Event">What.</param>
/// <param name="Device">The other device, where one is meant.</param>
/// <param name="Path">The file, relative to the folder that receives.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Totals">The numbers, where there are any.</param>
public sealed record TransferEvent(TransferEventKind Event, string? Device = null, string? Path = null, string? Reason = null, TransferTotals? Totals = null);
