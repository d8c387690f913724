using Kith.Cli.CommandLine;

namespace Kith.Tests.Cli;

public sealed class DurationTests
{
    [Theory]
    [InlineData("1s", 1)]
    [InlineData("90s", 90)]
    [InlineData("30m", 1_800)]
    [InlineData("24h", 86_400)]
    [InlineData("7d", 604_800)]
    [InlineData("2w", 1_209_600)]
    [InlineData("1d12h", 129_600)]
    [InlineData("1w1d1h1m1s", 694_861)]
    [InlineData("3650d", 315_360_000)]
    public void spans_are_read(string text, long seconds)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan span));
        Assert.Equal(TimeSpan.FromSeconds(seconds), span);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("24")]
    [InlineData("h")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData("1 h")]
    [InlineData("1h24")]
    [InlineData("1y")]
    [InlineData("1H")]
    [InlineData("1h1d")]
    [InlineData("1h1h")]
    [InlineData("3651d")]
    [InlineData("4294967295w")]
    [InlineData("99999999999999999999s")]
    [InlineData("٣h")]
    public void other_text_is_refused(string? text) => Assert.False(Duration.TryParse(text, out _));
}
