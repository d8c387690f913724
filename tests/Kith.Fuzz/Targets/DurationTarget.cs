using System.Globalization;
using Kith.Cli.CommandLine;
using Kith.Fuzz.Coverage;

namespace Kith.Fuzz.Targets;

/// <summary>Spans of time as users write them.</summary>
[Covers(typeof(Cli.CommandLine.Duration))]
internal sealed class DurationTarget : IFuzzTarget
{
    public string Name => "duration";

    public int InputBytesMax => 40;

    public IEnumerable<byte[]> Corpus => new[] { "90s", "30m", "24h", "7d", "2w", "1d12h", "1w2d3h4m5s" }.Select(FuzzText.Bytes);

    public IEnumerable<byte[]> Dictionary => new[] { "w", "d", "h", "m", "s", "0", "99999999999" }.Select(FuzzText.Bytes);

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!Duration.TryParse(FuzzText.Text(input), out TimeSpan span))
        {
            return false;
        }

        Oracle.True(span >= TimeSpan.FromSeconds(1) && span <= Duration.Max, "a span outside of what is allowed");
        string again = ((long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture) + "s";
        Oracle.True(Duration.TryParse(again, out TimeSpan same) && same == span, "the same span in seconds is another one");
        return true;
    }
}
