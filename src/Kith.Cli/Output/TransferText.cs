using System.Globalization;
using Kith.Apps.Sending;

namespace Kith.Cli.Output;

/// <summary>How a transfer is put into words.</summary>
internal static class TransferText
{
    /// <summary>What is said of an event; null if nothing is.</summary>
    public static string? Of(TransferEvent item, bool isSender)
    {
        string device = item.Device is null ? string.Empty : Printable.Of(item.Device);
        string path = item.Path is null ? string.Empty : Printable.Of(item.Path);
        return item.Event switch
        {
            TransferEventKind.WaitingForDevice => $"Waiting for {device} to come online.",
            TransferEventKind.WaitingForReceiver => $"Waiting for 'kith receive' on {device}.",
            TransferEventKind.WaitingForNode => "The node of this device was stopped; waiting until it runs again (kith up).",
            TransferEventKind.Asking => $"Waiting for {device} to accept it.",
            TransferEventKind.Started when !isSender && item.Totals is { } totals => $"{device} sends {Amount(totals.Files, totals.Bytes)}.",
            TransferEventKind.LinkLost when isSender => $"The link to {device} was lost; trying again.",
            TransferEventKind.LinkLost when item.Totals is { } totals => $"The link to {device} was lost after {So(totals)}; it goes on when {device} is back.",
            TransferEventKind.LinkLost => $"{device} went away.",
            TransferEventKind.Received when item.Reason is not null => $"{path}: received {item.Reason}",
            TransferEventKind.Kept => $"{path}: not taken: {item.Reason}",
            TransferEventKind.Failed => $"{path}: failed: {item.Reason}",
            TransferEventKind.LeftOut => $"{path}: left out: {item.Reason}",
            TransferEventKind.Stopped when item.Totals is { } totals => $"Nothing more from {device}: {item.Reason}, after {So(totals)}. What is there stays, and it can go on from there.",
            TransferEventKind.Done when item.Totals is { } totals => Summary(totals, isSender ? "Sent" : "Received", isSender ? "to " + device : "from " + device),
            TransferEventKind.Interrupted when item.Totals is { } totals => $"Stopped: {So(totals)} are there. Send it again: it goes on from where it was.",
            TransferEventKind.Ready => $"Receiving into {path}. Ctrl-C ends it.",
            _ => null,
        };
    }

    /// <summary>How far it is, in one line.</summary>
    public static string Progress(TransferTotals totals, double? bytesPerSecond, string current)
    {
        long percent = totals.Bytes == 0 ? 100 : Math.Min(100, totals.BytesDone * 100 / totals.Bytes);
        string rate = bytesPerSecond is { } value ? $"  {Words.Bytes((long)value)}/s" : string.Empty;
        string left = bytesPerSecond is > 0 and var speed ? "  " + Left(Math.Max(0, totals.Bytes - totals.BytesDone) / speed) : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{percent,3} %  {Words.Bytes(totals.BytesDone)} of {Words.Bytes(totals.Bytes)}{rate}{left}  {totals.FilesDone:N0} of {totals.Files:N0} files  {Printable.Of(current)}");
    }

    /// <summary>Files and their length.</summary>
    public static string Amount(long files, long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{files:N0} {(files == 1 ? "file" : "files")} ({Words.Bytes(bytes)})");

    /// <summary>How much is there of how much.</summary>
    public static string So(TransferTotals totals) =>
        string.Create(CultureInfo.InvariantCulture, $"{totals.Received + totals.Identical:N0} of {totals.Files:N0} files");

    private static string Summary(TransferTotals totals, string verb, string whom)
    {
        double rate = totals.Seconds > 0 ? totals.BytesCarried / totals.Seconds : 0;
        List<string> parts = [string.Create(CultureInfo.InvariantCulture, $"{verb} {Amount(totals.Received, totals.BytesCarried)} {whom} in {Took(totals.Seconds)}, {Words.Bytes((long)rate)}/s")];
        Add(parts, totals.Identical, "was there already", "were there already");
        Add(parts, totals.Kept, "was not taken", "were not taken");
        Add(parts, totals.Failed, "failed", "failed");
        Add(parts, totals.LeftOut, "was left out", "were left out");
        return string.Join("; ", parts) + ".";
    }

    private static void Add(List<string> parts, long number, string one, string many)
    {
        if (number > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}"));
        }
    }

    private static string Took(double seconds) =>
        seconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s") : Clock(seconds);

    private static string Left(double seconds) => seconds > 99 * 3600 ? "days left" : Clock(Math.Ceiling(seconds)) + " left";

    private static string Clock(double seconds)
    {
        TimeSpan span = TimeSpan.FromSeconds(Math.Floor(seconds));
        return span.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}:{span.Seconds:00}");
    }
}
