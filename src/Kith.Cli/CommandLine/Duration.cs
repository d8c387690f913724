using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Kith.Cli.CommandLine;

/// <summary>Spans of time as people write them: <c>90s 30m 24h 7d 2w</c>, also in a row from large to small: <c>1d12h</c>.</summary>
internal static class Duration
{
    /// <summary>The longest span that is taken: ten years.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(3650);

    private const string Units = "wdhms";

    /// <summary>Reads a span of at least a second and at most <see cref="Max"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan span)
    {
        span = TimeSpan.Zero;
        long seconds = 0;
        int lastUnit = -1;
        int start = 0;
        for (int position = 0; position < (text?.Length ?? 0); position++)
        {
            if (char.IsAsciiDigit(text![position]))
            {
                continue;
            }

            int unit = Units.IndexOf(text[position], StringComparison.Ordinal);
            if (unit <= lastUnit || !uint.TryParse(text.AsSpan(start, position - start), NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            {
                return false;
            }

            seconds += number * SecondsOf(unit);
            lastUnit = unit;
            start = position + 1;
        }

        if (lastUnit < 0 || start != text!.Length || seconds < 1 || seconds > (long)Max.TotalSeconds)
        {
            return false;
        }

        span = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static long SecondsOf(int unit) => unit switch
    {
        0 => 7 * 86_400,
        1 => 86_400,
        2 => 3_600,
        3 => 60,
        _ => 1,
    };
}
