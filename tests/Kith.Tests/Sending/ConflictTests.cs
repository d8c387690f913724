using Kith.Apps.Sending;
using Kith.Apps.Sending.Incoming;
using Kith.Node.Control;

namespace Kith.Tests.Sending;

/// <summary>Who is asked what: before anything is taken, and before anything is replaced.</summary>
public class ConflictTests
{
    [Fact]
    public async Task nothing_is_replaced_where_nobody_can_be_asked()
    {
        using TransferRig rig = Filled();

        TransferTotals totals = await rig.TransferAsync("tree");

        Assert.True(totals is { Received: 1, Identical: 1, Kept: 2, IsComplete: false }, totals.ToString());
        Assert.Equal("old and longer"u8, rig.Got("tree/differs"));
        Assert.Equal("OLD"u8, rig.Got("tree/same size"));
        Assert.Equal(["tree/differs", "tree/same size"], rig.Sent.Of(TransferEventKind.Kept).Select(item => item.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task with_overwrite_files_are_replaced()
    {
        using TransferRig rig = Filled();
        rig.Options = rig.Options with { Conflicts = ConflictPolicy.Overwrite };

        TransferTotals totals = await rig.TransferAsync("tree");

        Assert.True(totals is { Received: 3, Identical: 1, IsComplete: true }, totals.ToString());
        Assert.Equal("new"u8, rig.Got("tree/differs"));
        Assert.Equal("NEW"u8, rig.Got("tree/same size"));
    }

    [Fact]
    public async Task with_rename_both_are_there_and_a_second_time_nothing_more()
    {
        using TransferRig rig = Filled();
        rig.Options = rig.Options with { Conflicts = ConflictPolicy.Rename };

        TransferTotals totals = await rig.TransferAsync("tree");
        TransferTotals again = await rig.TransferAsync("tree");

        Assert.True(totals is { Received: 3, Identical: 1 }, totals.ToString());
        Assert.True(again is { Received: 0, Identical: 4 }, again.ToString());
        Assert.Equal("old and longer"u8, rig.Got("tree/differs"));
        Assert.Equal("new"u8, rig.Got("tree/differs (2)"));
        Assert.Equal(["tree", "tree/differs", "tree/differs (2)", "tree/only new", "tree/same", "tree/same size", "tree/same size (2)"], rig.Listing());
    }

    [Fact]
    public async Task somebody_is_asked_for_each_and_may_answer_for_all()
    {
        using TransferRig rig = Filled();
        FakeQuestions questions = new(accepts: true, new ConflictChoice(ConflictPolicy.Overwrite, ForAll: true));
        rig.Questions = questions;

        TransferTotals totals = await rig.TransferAsync("tree");

        Assert.True(totals is { Received: 3, Identical: 1 }, totals.ToString());
        Assert.Single(questions.Conflicts);
        Assert.Empty(questions.Offers);
    }

    [Fact]
    public async Task what_is_offered_is_asked_about_and_can_be_refused()
    {
        using TransferRig rig = Filled();
        FakeQuestions questions = new(accepts: false);
        rig.Questions = questions;
        rig.Options = rig.Options with { AcceptAll = false };
        using CancellationTokenSource over = new();
        Task receiving = rig.ReceiveAsync(over.Token);

        ControlException refused = await Assert.ThrowsAsync<ControlException>(() => rig.SendAsync(over.Token, "tree"));

        Assert.Equal(ControlError.TransferRefused, refused.Error);
        Assert.Equal((4, "tree", "laptop"), (questions.Offers[0].Files, questions.Offers[0].First, questions.Offers[0].From.Name));
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }

    [Theory]
    [InlineData("laptop", true)]
    [InlineData("Laptop.home", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("nas", false)]
    public async Task trusted_devices_are_not_asked_about(string trusted, bool isTaken)
    {
        using TransferRig rig = Filled();
        rig.Options = rig.Options with { AcceptAll = false, Trusted = [trusted] };
        using CancellationTokenSource over = new();
        Task receiving = rig.ReceiveAsync(over.Token);
        Task<TransferTotals> sending = rig.SendAsync(over.Token, "tree");
        if (isTaken)
        {
            Assert.Equal(4, (await sending).FilesDone);
            await receiving;
        }
        else
        {
            Assert.Equal(ControlError.TransferRefused, (await Assert.ThrowsAsync<ControlException>(() => sending)).Error);
            await over.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        }
    }

    [Fact]
    public async Task a_folder_in_the_place_of_a_file_and_a_file_in_that_of_a_folder_stay()
    {
        using TransferRig rig = new();
        rig.Write("tree/a", "file"u8);
        rig.Write("tree/b/c", "in a folder"u8);
        Directory.CreateDirectory(Path.Combine(rig.Target, "tree/a"));
        File.WriteAllText(Path.Combine(rig.Target, "tree/b"), "a file");
        rig.Options = rig.Options with { Conflicts = ConflictPolicy.Overwrite };

        TransferTotals totals = await rig.TransferAsync("tree");

        Assert.True(totals is { Received: 0, Failed: 2 }, totals.ToString());
        Assert.Equal("a file"u8, rig.Got("tree/b"));
    }

    private static TransferRig Filled()
    {
        TransferRig rig = new();
        rig.Write("tree/same", "same"u8);
        rig.Write("tree/same size", "NEW"u8);
        rig.Write("tree/differs", "new"u8);
        rig.Write("tree/only new", "new"u8);
        Directory.CreateDirectory(Path.Combine(rig.Target, "tree"));
        File.WriteAllText(Path.Combine(rig.Target, "tree/same"), "same");
        File.WriteAllText(Path.Combine(rig.Target, "tree/same size"), "OLD");
        File.WriteAllText(Path.Combine(rig.Target, "tree/differs"), "old and longer");
        return rig;
    }
}
