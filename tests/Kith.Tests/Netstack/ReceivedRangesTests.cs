using Kith.Protocol.Netstack.Tcp;

namespace Kith.Tests.Netstack;

/// <summary>What acknowledgments tell of data with holes: everything, and more than once.</summary>
public class ReceivedRangesTests
{
    [Fact]
    public void every_range_of_a_batch_with_many_holes_is_told_of()
    {
        ReceivedRanges ranges = new();
        for (int i = 0; i < 30; i++)
        {
            ranges.Add(100 + (i * 20), 110 + (i * 20));
        }

        Dictionary<uint, int> told = [];
        int acknowledgments = 0;
        while (ranges.HasUntold)
        {
            Report(ranges, told);
            acknowledgments++;
        }

        Assert.Equal(30, told.Count);
        Assert.Equal(10, acknowledgments);
        while (acknowledgments++ < 60)
        {
            Report(ranges, told);
        }

        Assert.All(told.Values, times => Assert.InRange(times, ReceivedRanges.ReportsMin, 60));
    }

    [Fact]
    public void the_one_that_grew_last_comes_first()
    {
        ReceivedRanges ranges = new();
        ranges.Add(100, 110);
        ranges.Add(120, 130);
        ranges.Add(140, 150);
        while (ranges.HasUntold)
        {
            Report(ranges, []);
        }

        ranges.Add(130, 135);
        Assert.Equal(new SackBlock(120, 135), Report(ranges, []).Blocks[0]);
        Assert.False(ranges.HasUntold);
    }

    [Fact]
    public void what_joins_or_is_passed_is_owed_no_more()
    {
        ReceivedRanges ranges = new();
        ranges.Add(100, 110);
        ranges.Add(120, 130);
        ranges.Add(110, 120);
        Report(ranges, []);
        Assert.False(ranges.HasUntold);
        ranges.Add(140, 150);
        Assert.Equal(150, ranges.Advance(140));
        Assert.False(ranges.HasUntold);
        Assert.Equal(0, ranges.Count);
    }

    private static TcpOptions Report(ReceivedRanges ranges, Dictionary<uint, int> told)
    {
        TcpOptions options = default;
        ranges.Report(ref options, 3);
        for (int i = 0; i < options.BlockCount; i++)
        {
            told[options.Blocks[i].Start] = told.GetValueOrDefault(options.Blocks[i].Start) + 1;
        }

        return options;
    }
}
