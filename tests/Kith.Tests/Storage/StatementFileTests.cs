using Kith.Node.Storage;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;

namespace Kith.Tests.Storage;

public class StatementFileTests
{
    private static readonly NetworkId Network = new(Enumerable.Range(1, 32).Select(static i => (byte)i).ToArray());

    [Fact]
    public void what_was_appended_is_read_again_in_order()
    {
        using TemporaryDirectory directory = new();
        string path = directory["a.statements"];
        StatementFile.Create(path, Network);
        using (StatementFile file = StatementFile.Open(path, Network, DiskFile.Open(path)))
        {
            Assert.True(file.Append(Batch(1, 2)).IsOk);
            Assert.True(file.Append(Batch(3)).IsOk);
            Assert.Equal([1, 2, 3], Numbers(file));
        }

        using StatementFile again = StatementFile.Open(path, Network, DiskFile.Open(path));
        Assert.Equal([1, 2, 3], Numbers(again));
        Assert.Equal(0, again.CutOffBytes);
    }

    [Fact]
    public void a_batch_is_flushed_once_and_before_append_returns()
    {
        FailingFile disk = new(EmptyFile());
        using StatementFile file = StatementFile.Open("a", Network, disk);
        file.Append(Batch(1, 2, 3));
        Assert.Equal(1, disk.Flushes);
    }

    [Fact]
    public void every_flipped_bit_is_reported_and_nothing_is_written()
    {
        byte[] sound = FileOf(Batch(1, 2, 3));
        for (int bit = 0; bit < sound.Length * 8; bit++)
        {
            byte[] damaged = (byte[])sound.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            FailingFile disk = new((byte[])damaged.Clone());
            StateDamagedException error = Assert.Throws<StateDamagedException>(() => StatementFile.Open("the-file", Network, disk));
            Assert.Contains("the-file", error.Message, StringComparison.Ordinal);
            Assert.NotNull(error.Offset);
            Assert.Equal(damaged, disk.Content);
        }
    }

    [Fact]
    public void every_truncation_is_reported_and_nothing_is_written()
    {
        byte[] sound = FileOf(Batch(1, 2, 3));
        for (int length = 0; length < sound.Length; length++)
        {
            FailingFile disk = new(sound[..length]);
            Assert.Throws<StateDamagedException>(() => StatementFile.Open("the-file", Network, disk));
            Assert.Equal(sound[..length], disk.Content);
        }
    }

    [Fact]
    public void what_a_crash_left_behind_the_acknowledged_part_is_cut_off_at_every_length()
    {
        byte[] before = FileOf(Batch(1, 2));
        byte[] after = FileOf(Batch(1, 2), Batch(3));
        for (int length = before.Length; length < after.Length; length++)
        {
            byte[] torn = [.. before, .. after.AsSpan(before.Length, length - before.Length)];
            FailingFile disk = new(torn);
            using StatementFile file = StatementFile.Open("a", Network, disk);
            Assert.Equal([1, 2], Numbers(file));
            Assert.Equal(length - before.Length, file.CutOffBytes);
            Assert.Equal(before, disk.Content);
            Assert.True(file.Append(Batch(4)).IsOk);
            Assert.Equal([1, 2, 4], Numbers(file));
        }
    }

    [Fact]
    public void a_tail_of_zeros_after_a_power_cut_is_cut_off()
    {
        byte[] sound = FileOf(Batch(1));
        FailingFile disk = new([.. sound, .. new byte[4096]]);
        using StatementFile file = StatementFile.Open("a", Network, disk);
        Assert.Equal([1], Numbers(file));
        Assert.Equal(sound, disk.Content);
    }

    [Fact]
    public void a_whole_record_that_was_not_acknowledged_is_kept()
    {
        byte[] before = FileOf(Batch(1));
        byte[] after = FileOf(Batch(1), Batch(2));
        FailingFile disk = new([.. before, .. after.AsSpan(before.Length)]);
        using StatementFile file = StatementFile.Open("a", Network, disk);
        Assert.Equal([1, 2], Numbers(file));
    }

    [Fact]
    public void on_a_full_disk_an_append_changes_nothing_at_whatever_byte_the_room_ends()
    {
        byte[] before = FileOf(Batch(1));
        byte[] after = FileOf(Batch(1), Batch(2, 3));
        for (int capacity = before.Length; capacity < after.Length; capacity++)
        {
            FailingFile disk = new((byte[])before.Clone()) { CapacityBytes = capacity };
            using StatementFile file = StatementFile.Open("the-file", Network, disk);
            StoreResult result = file.Append(Batch(2, 3));
            Assert.Equal(StoreOutcome.Full, result.Outcome);
            Assert.Contains("the-file", result.Message, StringComparison.Ordinal);
            Assert.Equal(before, disk.Content);
            disk.CapacityBytes = long.MaxValue;
            Assert.True(file.Append(Batch(2, 3)).IsOk);
            Assert.Equal(after, disk.Content);
        }
    }

    [Fact]
    public void where_a_failed_write_cannot_be_undone_it_is_before_the_next_one()
    {
        FailingFile disk = new(FileOf(Batch(1))) { SetLengthFails = true };
        disk.CapacityBytes = disk.Length + 10;
        using StatementFile file = StatementFile.Open("a", Network, disk);
        Assert.Equal(StoreOutcome.Full, file.Append(Batch(2)).Outcome);
        Assert.Equal(StoreOutcome.Failed, file.Append(Batch(2)).Outcome);
        Assert.Equal([1], Numbers(file));
        using (StatementFile between = StatementFile.Open("a", Network, new FailingFile((byte[])disk.Content.Clone())))
        {
            Assert.Equal([1], Numbers(between));
        }

        disk.CapacityBytes = long.MaxValue;
        disk.SetLengthFails = false;
        Assert.True(file.Append(Batch(3)).IsOk);
        Assert.Equal(FileOf(Batch(1), Batch(3)), disk.Content);
    }

    [Fact]
    public void after_a_failed_flush_nothing_is_acknowledged_any_more()
    {
        FailingFile disk = new(FileOf(Batch(1))) { FlushFails = true };
        using StatementFile file = StatementFile.Open("a", Network, disk);
        Assert.Equal(StoreOutcome.Failed, file.Append(Batch(2)).Outcome);
        disk.FlushFails = false;
        Assert.Equal(StoreOutcome.Failed, file.Append(Batch(2)).Outcome);
        Assert.Equal(FileOf(Batch(1)), disk.Content);
    }

    [Fact]
    public void a_file_of_another_network_is_reported()
    {
        byte[] sound = FileOf(Batch(1));
        Assert.Throws<StateDamagedException>(() => StatementFile.Open("a", default, new FailingFile(sound)));
    }

    private static ReadOnlyMemory<byte>[] Batch(params int[] numbers) =>
        [.. numbers.Select(static number => new ReadOnlyMemory<byte>([(byte)number, .. new byte[number * 7]]))];

    private static int[] Numbers(StatementFile file) => [.. file.ReadAll().Select(static statement => (int)statement.Span[0])];

    private static byte[] EmptyFile()
    {
        using TemporaryDirectory directory = new();
        StatementFile.Create(directory["empty"], Network);
        return File.ReadAllBytes(directory["empty"]);
    }

    private static byte[] FileOf(params ReadOnlyMemory<byte>[][] batches)
    {
        FailingFile disk = new(EmptyFile());
        using StatementFile file = StatementFile.Open("a", Network, disk);
        foreach (ReadOnlyMemory<byte>[] batch in batches)
        {
            Assert.True(file.Append(batch).IsOk);
        }

        return disk.Content;
    }
}
