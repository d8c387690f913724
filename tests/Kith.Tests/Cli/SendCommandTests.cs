using Kith.Apps.Sending;
using Kith.Apps.Sending.Incoming;
using Kith.Cli.Commands;
using Kith.Cli.Output;
using Kith.Node.Control;
using Kith.Tests.Sending;

namespace Kith.Tests.Cli;

/// <summary>What `kith send` and `kith receive` say, and what they refuse before anything begins.</summary>
public sealed class SendCommandTests
{
    [Theory]
    [InlineData("send", "nas")]
    [InlineData("receive", "--overwrite", "--rename", "--yes")]
    [InlineData("receive")]
    public async Task a_command_line_that_means_nothing_is_refused(params string[] arguments)
    {
        using CliRun run = new();
        Assert.Equal((int)ControlError.Usage, await run.RunAsync(arguments));
        Assert.StartsWith("kith: ", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void an_event_is_one_line_without_anything_that_steers_the_terminal()
    {
        TransferTotals totals = new(12, 2_000_000, 5, 1_000_000, 4, 1, 1, 1, 0, 900_000, 3.5);
        foreach (TransferEventKind kind in Enum.GetValues<TransferEventKind>())
        {
            foreach (bool isSender in (bool[])[true, false])
            {
                string? text = TransferText.Of(new TransferEvent(kind, "n\eas", "a\nb", "why", totals), isSender);
                Assert.DoesNotContain(text ?? string.Empty, char.IsControl);
            }
        }

        Assert.Equal(
            "Sent 4 files (900.0 kB) to nas in 3.5 s, 257.1 kB/s; 1 was there already; 1 was not taken; 1 failed.",
            TransferText.Of(new TransferEvent(TransferEventKind.Done, "nas", Totals: totals), isSender: true));
        Assert.Equal(" 50 %  1.0 MB of 2.0 MB  500.0 kB/s  0:02 left  5 of 12 files  a\\nb", TransferText.Progress(totals, 500_000, "a\nb"));
    }

    [Fact]
    public void the_rate_is_that_of_the_last_seconds()
    {
        TransferRate rate = new();
        Assert.Null(rate.Add(0, 0));
        Assert.Equal(1000, rate.Add(1, 1000));
        for (int second = 2; second < 20; second++)
        {
            rate.Add(second, 1000 + ((second - 1) * 10));
        }

        Assert.Equal(10, rate.Add(20, 1000 + 190));
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData("YES\n", true)]
    [InlineData("\n", false)]
    [InlineData("", false)]
    public async Task only_a_yes_takes_what_is_offered(string typed, bool isTaken)
    {
        using StringWriter output = new();
        await using TransferScreen screen = new(new Terminal(output, output), isSender: false, asJson: false, isQuiet: false);
        using TerminalQuestions questions = new(screen, new StringReader(typed));
        Assert.Equal(isTaken, await questions.AcceptAsync(new IncomingOffer(MemoryNetwork.Laptop, 3, 2000, 2, "photos"), TestContext.Current.CancellationToken));
        Assert.Equal("laptop.home would like to send photos and 1 more: 3 files (2.0 kB). Take it? [y/N] ", output.ToString());
    }

    [Theory]
    [InlineData("o\n", ConflictPolicy.Overwrite, false)]
    [InlineData("O\n", ConflictPolicy.Overwrite, true)]
    [InlineData("r\n", ConflictPolicy.Rename, false)]
    [InlineData("R\n", ConflictPolicy.Rename, true)]
    [InlineData("K\n", ConflictPolicy.Keep, true)]
    [InlineData("what?\n", ConflictPolicy.Keep, false)]
    [InlineData("", ConflictPolicy.Keep, false)]
    public async Task whoever_is_asked_about_a_file_decides_for_it_or_for_all(string typed, ConflictPolicy policy, bool forAll)
    {
        using StringWriter output = new();
        await using TransferScreen screen = new(new Terminal(output, output), isSender: false, asJson: false, isQuiet: false);
        using TerminalQuestions questions = new(screen, new StringReader(typed));
        IncomingConflict conflict = new("laptop", "a", 1, DateTimeOffset.UnixEpoch, 2, DateTimeOffset.UnixEpoch);
        Assert.Equal(new ConflictChoice(policy, forAll), await questions.ResolveAsync(conflict, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task programs_get_one_event_on_each_line()
    {
        using StringWriter output = new();
        await using TransferScreen screen = new(new Terminal(output, output), isSender: true, asJson: true, isQuiet: true);
        screen.Handle(new TransferEvent(TransferEventKind.WaitingForReceiver, "nas"));
        screen.Handle(new TransferEvent(TransferEventKind.Failed, "nas", "a\nb", "it is gone"));
        Assert.Equal(
            "{\"event\":\"waitingForReceiver\",\"device\":\"nas\"}\n{\"event\":\"failed\",\"device\":\"nas\",\"path\":\"a\\nb\",\"reason\":\"it is gone\"}\n",
            output.ToString());
    }
}
