using Kith.Apps.Sending;
using Kith.Apps.Sending.Wire;

namespace Kith.Tests.Sending;

/// <summary>Breaks in the middle, and what comes after them.</summary>
public class ResumeTests
{
    private const int Megabyte = 1_000_000;

    [Fact]
    public async Task after_a_lost_link_a_large_file_goes_on_where_it_was()
    {
        using TransferRig rig = new();
        rig.WriteRandom("large", 12 * Megabyte);
        MemoryEnd? second = null;
        rig.Network.Dialled = (number, sender, _) =>
        {
            if (number == 1)
            {
                sender.BreakAfter(8 * Megabyte);
            }

            second = sender;
        };

        TransferTotals totals = await rig.TransferAsync("large");

        Assert.True(totals is { Received: 1, IsComplete: true }, totals.ToString());
        Assert.Equal(2, rig.Network.Dials);
        Assert.InRange(second!.BytesWritten, 3 * Megabyte, 6 * Megabyte);
        Assert.Equal(File.ReadAllBytes(Path.Combine(rig.Source, "large")), rig.Got("large"));
        Assert.Equal(["large"], rig.Listing());
        Assert.Single(rig.Sent.Of(TransferEventKind.LinkLost));
    }

    [Fact]
    public async Task after_a_lost_link_small_files_that_are_there_are_not_sent_again()
    {
        using TransferRig rig = new();
        for (int i = 0; i < 400; i++)
        {
            rig.WriteRandom($"many/{i:000}", 20_000, i);
        }

        List<MemoryEnd> ends = [];
        rig.Network.Dialled = (number, sender, _) =>
        {
            ends.Add(sender);
            if (number < 4)
            {
                sender.BreakAfter(2 * Megabyte);
            }
        };

        TransferTotals totals = await rig.TransferAsync("many");

        Assert.True(totals is { FilesDone: 400, IsComplete: true }, totals.ToString());
        Assert.Equal(401, rig.Listing().Length);
        Assert.InRange(ends.Sum(end => end.BytesWritten), 8 * Megabyte, 11 * Megabyte);
    }

    [Fact]
    public async Task a_half_file_never_has_its_own_name_and_another_run_goes_on_with_it()
    {
        using TransferRig rig = new();
        rig.WriteRandom("large", 12 * Megabyte);
        await BreakAsync(rig, 8 * Megabyte);
        Assert.Equal(2, rig.Listing().Length);
        Assert.All(rig.Listing(), name => Assert.True(EntryName.IsPartial(name), name));

        MemoryEnd? last = null;
        rig.Network.Dialled = (_, sender, _) => last = sender;
        TransferTotals totals = await rig.TransferAsync("large");

        Assert.True(totals is { Received: 1, IsComplete: true }, totals.ToString());
        Assert.True(last!.BytesWritten < 6 * Megabyte, $"{last.BytesWritten} bytes");
        Assert.Equal(File.ReadAllBytes(Path.Combine(rig.Source, "large")), rig.Got("large"));
        Assert.Equal(["large"], rig.Listing());
    }

    [Fact]
    public async Task a_source_that_changed_meanwhile_begins_anew()
    {
        using TransferRig rig = new();
        rig.WriteRandom("large", 12 * Megabyte);
        await BreakAsync(rig, 8 * Megabyte);
        rig.WriteRandom("large", 12 * Megabyte, seed: 2);

        MemoryEnd? last = null;
        rig.Network.Dialled = (_, sender, _) => last = sender;
        await rig.TransferAsync("large");

        Assert.True(last!.BytesWritten > 12 * Megabyte, $"{last.BytesWritten} bytes");
        Assert.Equal(File.ReadAllBytes(Path.Combine(rig.Source, "large")), rig.Got("large"));
        Assert.Equal(["large"], rig.Listing());
    }

    [Fact]
    public async Task a_source_that_changed_and_kept_its_size_and_time_is_found_out()
    {
        using TransferRig rig = new();
        string path = rig.WriteRandom("large", 12 * Megabyte);
        DateTime time = File.GetLastWriteTimeUtc(path);
        await BreakAsync(rig, 8 * Megabyte);
        rig.WriteRandom("large", 12 * Megabyte, seed: 2);
        TransferRig.Shell($"touch -d @0 '{path}'");
        File.SetLastWriteTimeUtc(path, time);

        await rig.TransferAsync("large");

        Assert.Equal(File.ReadAllBytes(path), rig.Got("large"));
    }

    [Fact]
    public async Task what_a_power_cut_left_of_a_file_is_not_trusted()
    {
        using TransferRig rig = new();
        string path = rig.WriteRandom("large", 12 * Megabyte);
        await BreakAsync(rig, 8 * Megabyte);
        string partial = Path.Combine(rig.Target, rig.Listing().Single(name => name.EndsWith(EntryName.PartialSuffix, StringComparison.Ordinal)));
        using (FileStream data = File.OpenWrite(partial))
        {
            // The length is there, the last pages are not.
            data.Position = 5 * Megabyte;
            data.Write(new byte[Megabyte]);
        }

        await rig.TransferAsync("large");

        Assert.Equal(File.ReadAllBytes(path), rig.Got("large"));
        Assert.Equal(["large"], rig.Listing());
    }

    [Fact]
    public async Task content_that_came_damaged_is_sent_again()
    {
        using TransferRig rig = new();
        rig.Write("text", "some content that is looked for"u8);
        bool isDone = false;
        rig.Network.Dialled = (_, sender, _) => sender.Tamper = buffer =>
        {
            byte[] changed = buffer.ToArray();
            int at = changed.AsSpan().IndexOf("looked for"u8);
            if (at >= 0 && !isDone)
            {
                isDone = true;
                changed[at] ^= 1;
            }

            return changed;
        };

        TransferTotals totals = await rig.TransferAsync("text");

        Assert.True(isDone && totals is { Received: 1, IsComplete: true }, totals.ToString());
        Assert.Equal("some content that is looked for"u8, rig.Got("text"));
    }

    [Fact]
    public async Task a_large_file_that_came_damaged_is_sent_again()
    {
        using TransferRig rig = new();
        byte[] content = new byte[3 * SendLimits.DataBytesMax];
        new Random(3).NextBytes(content);
        "looked for"u8.CopyTo(content.AsSpan(SendLimits.DataBytesMax + 1000));
        rig.Write("large", content);
        bool isDone = false;
        rig.Network.Dialled = (_, sender, _) => sender.Tamper = buffer =>
        {
            byte[] changed = buffer.ToArray();
            int at = changed.AsSpan().IndexOf("looked for"u8);
            if (at >= 0 && !isDone)
            {
                isDone = true;
                changed[at] ^= 1;
            }

            return changed;
        };

        TransferTotals totals = await rig.TransferAsync("large");

        Assert.True(isDone && totals is { Received: 1, IsComplete: true }, totals.ToString());
        Assert.Equal(content, rig.Got("large"));
    }

    [Fact]
    public async Task content_that_comes_damaged_every_time_fails_and_leaves_nothing()
    {
        using TransferRig rig = new();
        rig.Write("text", "some content that is looked for"u8);
        rig.Network.Dialled = (_, sender, _) => sender.Tamper = buffer =>
        {
            byte[] changed = buffer.ToArray();
            int at = changed.AsSpan().IndexOf("looked for"u8);
            if (at >= 0)
            {
                changed[at] ^= 1;
            }

            return changed;
        };

        TransferTotals totals = await rig.TransferAsync("text");

        Assert.True(totals is { Received: 0, Failed: 1, IsComplete: false }, totals.ToString());
        Assert.Empty(rig.Listing());
    }

    [Fact]
    public async Task a_sender_waits_for_a_receiver_that_comes_later()
    {
        using TransferRig rig = new();
        rig.Write("text", "later"u8);
        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Sent.Happened = item =>
        {
            if (item.Event == TransferEventKind.WaitingForReceiver)
            {
                waits.TrySetResult();
            }
        };
        Task<TransferTotals> sending = rig.SendAsync(TestContext.Current.CancellationToken, "text");
        await waits.Task.WaitAsync(TestContext.Current.CancellationToken);
        Task<TransferTotals> receiving = rig.ReceiveAsync(TestContext.Current.CancellationToken);

        Assert.True((await sending).IsComplete);
        Assert.True((await receiving).IsComplete);
        Assert.Single(rig.Sent.Of(TransferEventKind.WaitingForReceiver));
        Assert.Equal("later"u8, rig.Got("text"));
    }

    [Fact]
    public async Task a_receiver_that_is_stopped_says_so_and_the_next_one_goes_on()
    {
        using TransferRig rig = new();
        rig.WriteRandom("large", 12 * Megabyte);
        using CancellationTokenSource first = new();
        rig.Network.Dialled = (number, sender, _) => sender.Tamper = buffer =>
        {
            if (number == 1 && sender.BytesWritten > 6 * Megabyte)
            {
                first.Cancel();
            }

            return buffer;
        };
        Task receiving = rig.ReceiveAsync(first.Token);
        Task<TransferTotals> sending = rig.SendAsync(TestContext.Current.CancellationToken, "large");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        await rig.ReceiveAsync(TestContext.Current.CancellationToken);

        Assert.True((await sending).IsComplete);
        Assert.NotEmpty(rig.Sent.Of(TransferEventKind.WaitingForReceiver));
        Assert.Equal(["large"], rig.Listing());
    }

    [Fact]
    public async Task a_sender_that_is_stopped_tells_the_receiver()
    {
        using TransferRig rig = new();
        rig.WriteRandom("large", 12 * Megabyte);
        using CancellationTokenSource sender = new();
        using CancellationTokenSource receiver = new();
        rig.Network.Dialled = (_, end, _) => end.Tamper = buffer =>
        {
            if (end.BytesWritten > 6 * Megabyte)
            {
                sender.Cancel();
            }

            return buffer;
        };
        TaskCompletionSource<TransferEvent> stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Received.Happened = item =>
        {
            if (item.Event == TransferEventKind.Stopped)
            {
                stopped.TrySetResult(item);
            }
        };
        Task receiving = rig.ReceiveAsync(receiver.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.SendAsync(sender.Token, "large"));
        Assert.Equal("the sender stopped", (await stopped.Task.WaitAsync(TestContext.Current.CancellationToken)).Reason);
        await receiver.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        Assert.All(rig.Listing(), name => Assert.True(EntryName.IsPartial(name), name));
    }

    [Fact]
    public async Task files_that_vanish_are_named_and_the_rest_arrives()
    {
        using TransferRig rig = new();
        rig.Write("tree/a", "a"u8);
        rig.Write("tree/b", "b"u8);
        rig.WriteRandom("tree/c", 1_000_000);
        rig.Sent.Happened = item =>
        {
            if (item.Event == TransferEventKind.Started)
            {
                // Announced it is not yet, but counted.
                File.Delete(Path.Combine(rig.Source, "tree/b"));
            }
        };

        TransferTotals totals = await rig.TransferAsync("tree");

        Assert.True(totals.Received is 2 && rig.Listing() is ["tree", "tree/a", "tree/c"], totals.ToString());
    }

    private static async Task BreakAsync(TransferRig rig, int after)
    {
        using CancellationTokenSource over = new();
        rig.Network.Dialled = (number, sender, _) => sender.BreakAfter(number == 1 ? after : 0);
        rig.Received.Happened = item =>
        {
            if (item.Event == TransferEventKind.LinkLost)
            {
                over.Cancel();
            }
        };
        Task receiving = rig.ReceiveAsync(over.Token);
        await Assert.ThrowsAnyAsync<Exception>(() => rig.SendAsync(over.Token, "large"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        rig.Received.Happened = null;
        rig.Network.Dialled = null;
    }
}
