using System.Globalization;
using Kith.Node.Control;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Wire;

namespace Kith.Node.Explaining;

/// <summary>What the ways of finding members said, in words.</summary>
internal static class SourceWords
{
    /// <summary>A source as JSON names it, and as options are called.</summary>
    public static string NameOf(DiscoverySource source) => source switch
    {
        DiscoverySource.Lan => "lan",
        DiscoverySource.Dht => "dht",
        DiscoverySource.Tracker => "tracker",
        DiscoverySource.Dns => "dns",
        DiscoverySource.Static => "static",
        DiscoverySource.Cache => "cache",
        _ => "members",
    };

    /// <summary>What each said of a device.</summary>
    public static IReadOnlyList<WhySource> Of(WhySubject subject) =>
    [
        .. subject.Peer.Words.Select(word => new WhySource(
            NameOf(word.Source),
            word.Name.Length == 0 ? null : word.Name,
            subject.ToTime(word.Asked),
            subject.ToTime(word.SaidAt),
            word.Said.Length > 0 ? word.Said : "no answer yet")),
    ];

    /// <summary>How it stands with one.</summary>
    public static DoctorCheck Check(SourceState state, Instant now)
    {
        string name = $"source {NameOf(state.Source)}";
        if (!state.IsOn)
        {
            return new DoctorCheck(name, DoctorVerdict.Ok, "not used", state.Advice);
        }

        string what = state.Name.Length == 0 ? "" : $"{state.Name} ";
        string answered = state.Answered is { } at ? $"answered {Ago(now - at)}" : "";
        string asked = state.Asked is { } then && (state.Answered is not { } last || last < then) ? $"asked {Ago(now - then)}" : "";
        string next = state.Next == Instant.Never ? "" : state.Next <= now ? "next now" : $"next in {Span(state.Next - now)}";
        string text = string.Join(", ", new[] { answered, state.Said.Length == 0 && state.Asked is not null ? "no answer yet" : state.Said, asked, next }.Where(static part => part.Length > 0));
        return new DoctorCheck(name, state.IsFailing ? DoctorVerdict.Warn : DoctorVerdict.Ok, what + (text.Length == 0 ? "not asked yet" : text), state.Advice);
    }

    private static string Ago(TimeSpan span) => $"{Span(span)} ago";

    private static string Span(TimeSpan span) => span.TotalSeconds < 90
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, Math.Round(span.TotalSeconds))} s")
        : span.TotalMinutes < 90
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(span.TotalMinutes)} min")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(span.TotalHours)} h");
}
