using System.Globalization;
using Kith.Node.Control;

namespace Kith.Cli.Output;

/// <summary>How numbers, times and enums are put into words.</summary>
internal static class Words
{
    /// <summary>What stands where there is nothing to say.</summary>
    public const string Nothing = "-";

    /// <summary>An enum's name in lower case, as the JSON has it.</summary>
    public static string Of(MemberRole role) => role == MemberRole.Admin ? "admin" : "member";

    /// <summary>A path's kind.</summary>
    public static string Of(PathKind kind) => kind switch
    {
        PathKind.Self => "self",
        PathKind.Lan => "lan",
        PathKind.Direct => "direct",
        PathKind.Relay => "relay",
        PathKind.Mesh => "mesh",
        PathKind.Tcp => "tcp",
        _ => "none",
    };

    /// <summary>A path in a few words: kind, address, relaying member.</summary>
    public static string Of(PathStatus path)
    {
        if (path.Kind is PathKind.None)
        {
            return Nothing;
        }

        string endpoint = path.Endpoint is null ? string.Empty : " " + path.Endpoint;
        string via = path.Via is null ? string.Empty : " via " + path.Via;
        return Of(path.Kind) + endpoint + via;
    }

    /// <summary>A round trip, with as many digits as mean something.</summary>
    public static string Milliseconds(double? value) => value switch
    {
        null => string.Empty,
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} ms"),
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0} ms"),
    };

    /// <summary>A number of bytes in a unit that leaves up to three digits before the point.</summary>
    public static string Bytes(long value) => value switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{value} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:0.0} GB"),
    };

    /// <summary>A span of time in its largest unit.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => Number(span.TotalSeconds, "s"),
        { TotalMinutes: < 60 } => Number(span.TotalMinutes, "min"),
        { TotalHours: < 48 } => Number(span.TotalHours, "h"),
        _ => Number(span.TotalDays, "d"),
    };

    /// <summary>When a member was last there.</summary>
    public static string Seen(MemberStatus member, DateTimeOffset now)
    {
        if (member.Path.Kind == PathKind.Self)
        {
            return "this device";
        }

        if (member.Online)
        {
            return "online";
        }

        return member.LastSeen is not { } seen ? "never" : now - seen < TimeSpan.Zero ? "just now" : Span(now - seen) + " ago";
    }

    /// <summary>A point in time, UTC, to the minute.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A number of things.</summary>
    public static string Count(long number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");

    private static string Number(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value):0} {unit}");
}
