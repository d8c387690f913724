using Kith.Lab.Emulator;
using Kith.Lab.Harness;
using Kith.Node.Control;

namespace Kith.Lab.Sending;

/// <summary>Files and folders that an ordinary user may not read or write.</summary>
public sealed class SendRightsScenarios
{
    [Fact]
    public async Task what_may_not_be_read_or_written_is_said_in_one_line_each_and_the_rest_arrives()
    {
        await using SendTopology topology = await SendTopology.CreateAsync(LinkConditions.Perfect, asUser: true, "setpriv");
        (await topology.Laptop.Host.RunAsync("""
            mkdir -p /run/t/open /run/t/closed && cd /run/t && printf a > open/a && printf secret > open/secret && printf b > closed/b
            printf alone > alone && chmod 600 open/secret alone && chmod 700 closed && chmod 755 . open
            mkdir /run/u && printf new > /run/u/new && mkdir /run/u/theirs && printf c > /run/u/theirs/c
            """)).EnsureSuccess();
        (await topology.Nas.Host.RunAsync("mkdir -p /run/root /run/in/u/theirs && chmod 700 /run/root && chown 65534:65534 /run/in /run/in/u && chmod 755 /run/in/u/theirs")).EnsureSuccess();

        await SendTopology.FailsAsync(topology.Nas.RunAsync("receive --to /run/root --yes"), ControlError.TargetNotWritable, "Nothing can be written into /run/root: permission denied");
        await topology.ReceiveAsync("--to /run/in --yes");

        LabResult alone = await topology.Laptop.RunAsync("send --quiet /run/t/alone nas", SendTopology.Limit);
        Assert.True(alone.ExitCode == 1, alone.ToString());
        Assert.Equal("alone: failed: permission denied", alone.Error.Trim());

        LabResult tree = await topology.Laptop.RunAsync("send --quiet /run/t nas", SendTopology.Limit);
        Assert.True(tree.ExitCode == 1, tree.ToString());
        Assert.Equal(
            ["t/alone: failed: permission denied", "t/closed: failed: permission denied", "t/open/secret: failed: permission denied"],
            Lines(tree.Error));
        Assert.Equal("open open/a", (await topology.Nas.Host.RunAsync("cd /run/in/t && find . -mindepth 1 -printf '%P\\n' | sort | xargs")).Text);

        LabResult there = await topology.Laptop.RunAsync("send --quiet /run/u nas", SendTopology.Limit);
        Assert.True(there.ExitCode == 1, there.ToString());
        Assert.Equal(["u/theirs/c: failed: the receiver could not write it: permission denied"], Lines(there.Error));
        Assert.Equal("new", (await topology.Nas.Host.RunAsync("cat /run/in/u/new")).Text);
    }

    private static string[] Lines(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Array.Sort(lines, StringComparer.Ordinal);
        return lines;
    }
}
