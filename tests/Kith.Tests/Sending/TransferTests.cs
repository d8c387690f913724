using Kith.Apps.Sending;
using Kith.Apps.Sending.Wire;

namespace Kith.Tests.Sending;

/// <summary>Whole transfers between a sender and a receiver, over streams in memory and on a real disk.</summary>
public class TransferTests
{
    [Fact]
    public async Task files_and_folders_arrive_with_names_times_and_modes()
    {
        using TransferRig rig = new();
        rig.Write("one.txt", "hello"u8);
        rig.Write("tree/empty.txt", []);
        rig.WriteRandom("tree/deep/er/large.bin", (3 * SendLimits.DataBytesMax) + 17);
        rig.WriteRandom("tree/just-small.bin", SendLimits.DataBytesMax);
        rig.Write("tree/with space\nand \"line\" ü.txt", "odd"u8);
        Directory.CreateDirectory(Path.Combine(rig.Source, "tree/nothing in it"));
        TransferRig.Shell($"""
            cd '{rig.Source}' && chmod 640 one.txt && chmod 755 tree/just-small.bin && chmod 750 tree/deep && ln -s ../just-small.bin tree/deep/link &&
            ln -s /etc/passwd tree/out && ln -s ../../../up tree/deep/up && mkfifo tree/pipe &&
            find . -exec touch -h -d '2020-02-02 02:02:02.123456789' '{"{}"}' +
            """);

        TransferTotals totals = await rig.TransferAsync("one.txt", "tree");

        Assert.True(totals is { Received: 6, Failed: 0, Kept: 0, LeftOut: 3, IsComplete: true }, totals.ToString());
        Assert.Equal(["tree/deep/up", "tree/out", "tree/pipe"], rig.Sent.Of(TransferEventKind.LeftOut).Select(item => item.Path).Order(StringComparer.Ordinal));
        TransferRig.Shell($"rm '{rig.Source}/tree/out' '{rig.Source}/tree/deep/up' '{rig.Source}/tree/pipe'; touch -d '2020-02-02 02:02:02.123456789' '{rig.Source}/tree' '{rig.Source}/tree/deep'");
        const string Look = "find one.txt tree -printf '%p %y %m %T@ %l ' -exec sh -c 'test -f \"$1\" && sha256sum < \"$1\" || echo' sh {} \\; | sort";
        Assert.Equal(TransferRig.Shell($"cd '{rig.Source}' && {Look}"), TransferRig.Shell($"cd '{rig.Target}' && {Look}"));
    }

    [Fact]
    public async Task many_small_files_arrive()
    {
        using TransferRig rig = new();
        for (int i = 0; i < 3000; i++)
        {
            rig.WriteRandom($"many/{i % 7}/{i}", i, i);
        }

        TransferTotals totals = await rig.TransferAsync("many");

        Assert.True(totals is { Received: 3000, IsComplete: true }, totals.ToString());
        Assert.Equal(3008, rig.Listing().Length);
        for (int i = 0; i < 3000; i += 97)
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(rig.Source, $"many/{i % 7}/{i}")), rig.Got($"many/{i % 7}/{i}"));
        }
    }

    [Fact]
    public async Task the_same_again_is_skipped()
    {
        using TransferRig rig = new();
        rig.WriteRandom("tree/small", 1000);
        rig.WriteRandom("tree/large", 1_000_000);
        rig.Write("tree/empty", []);
        File.CreateSymbolicLink(Path.Combine(rig.Source, "tree/link"), "small");
        await rig.TransferAsync("tree");

        TransferTotals again = await rig.TransferAsync("tree");

        Assert.True(again is { Identical: 4, Received: 0, BytesCarried: 0, IsComplete: true }, again.ToString());
        Assert.Equal(again.Bytes, again.BytesDone);
    }
}
