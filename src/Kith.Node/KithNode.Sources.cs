using System.Globalization;
using Kith.Node.Control;
using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Wire;

namespace Kith.Node;

/// <content>Looking at the ways by which members are found.</content>
public sealed partial class KithNode
{
    private static IEnumerable<DoctorCheck> CheckTrackers(NodeCore core, ClockReading now)
    {
        if (core.Trackers.Count == 0)
        {
            yield return new DoctorCheck("tracker", DoctorVerdict.Ok, "none asked", "With one, members also meet there: kith up --tracker udp://HOST:PORT");
        }

        foreach (TrackerReport report in core.Trackers)
        {
            string name = $"{report.Url.Display}{(report.IsV6 ? " over IPv6" : "")}";
            string next = report.Next == Instant.Never ? "" : $", next {In(report.Next - now.Monotonic)}";
            if (report.Failure is { } failure)
            {
                yield return new DoctorCheck("tracker", DoctorVerdict.Warn, $"{name}: {failure}{next}", $"Check its address. If it takes listed hashes only, these are meant today: {string.Join(", ", report.Hashes.Select(hash => Convert.ToHexStringLower(hash.Span)))}");
            }
            else if (report.Answered is { } answered)
            {
                string addresses = report.Addresses == 1 ? "1 address" : string.Create(CultureInfo.InvariantCulture, $"{report.Addresses} addresses");
                yield return new DoctorCheck("tracker", DoctorVerdict.Ok, $"{name} answered {Ago(now.Monotonic - answered)}, {addresses}{next}");
            }
            else
            {
                yield return new DoctorCheck("tracker", DoctorVerdict.Ok, report.Asked is null ? $"{name}: not asked yet" : $"{name}: no answer yet{next}");
            }
        }
    }

    private static IEnumerable<DoctorCheck> CheckDnsNames(NodeCore core, ClockReading now)
    {
        foreach (DnsEntry entry in core.DnsNames)
        {
            string when = entry.Asked is { } asked ? $"{entry.Said}, asked {Ago(now.Monotonic - asked)}" : "not asked, because no member is missing";
            yield return new DoctorCheck(
                "dns record",
                entry.Asked is not null && entry.Records == 0 ? DoctorVerdict.Warn : DoctorVerdict.Ok,
                $"{entry.Name}: {when}",
                entry.Asked is not null && entry.Records == 0 ? "What is published there must be what kith dns-record printed on the member, whole and under _kith." : null);
        }
    }

    private static string Ago(TimeSpan span) => $"{Span(span)} ago";

    private static string In(TimeSpan span) => span <= TimeSpan.Zero ? "now" : $"in {Span(span)}";

    private static string Span(TimeSpan span) => span.TotalSeconds < 90
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, Math.Round(span.TotalSeconds))} s")
        : span.TotalMinutes < 90
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(span.TotalMinutes)} min")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(span.TotalHours)} h");
}
