using Kith.Lab.Emulator;
using Kith.Lab.Harness;
using Kith.Node.Control;

namespace Kith.Lab.Sending;

/// <summary>`kith send` and `kith receive` as two people use them.</summary>
public sealed class SendScenarios
{
    private const long FileBytes = 48_000_000;

    // Slow enough that a scenario can act in the middle of a file, whatever the machine is busy with.
    private static readonly LinkConditions Slow = new() { Delay = TimeSpan.FromMilliseconds(2), BitsPerSecond = 120_000_000 };

    [Fact]
    public async Task a_tree_arrives_as_it_was_sent_and_a_second_time_nothing_is_carried()
    {
        await using SendTopology topology = await SendTopology.CreateAsync(LinkConditions.Perfect, "sha256sum");
        (await topology.Laptop.Host.RunAsync("""
            mkdir -p /run/t/tree/deep/er '/run/t/tree/nothing in it' && cd /run/t/tree && head -c 3000000 /dev/urandom > large && chmod 640 large
            for i in $(seq 300); do head -c $((i * 50)) /dev/urandom > "deep/file $i"; done
            printf odd > "$(printf 'line\nbreak')"; ln -s ../large deep/link; ln -s /etc/passwd out; printf x > "$(printf 'no\377text')"
            find . -exec touch -h -d '2020-02-02 02:02:02.123456789' {} +
            """)).EnsureSuccess();
        LabProcess receiver = await topology.ReceiveAsync("--to /run/in --from laptop");

        LabResult sent = await topology.Laptop.RunAsync("send /run/t/tree nas", SendTopology.Limit);

        // One name is no text, and is said; everything else is there.
        Assert.True(sent.ExitCode == 1, sent.ToString());
        Assert.Contains("its name is not written in UTF-8", sent.Error, StringComparison.Ordinal);
        Assert.Contains("out: left out: a link that leads out", sent.Error, StringComparison.Ordinal);
        (await topology.Laptop.Host.RunAsync("cd /run/t/tree && rm out no*text && touch -d '2020-02-02 02:02:02.123456789' .")).EnsureSuccess();
        const string Look = "find tree -printf '%p %y %m %T@ %l\\n' | sort; find tree -type f -exec sha256sum {} + | sort";
        Assert.Equal((await topology.Laptop.Host.RunAsync($"cd /run/t && {Look}")).EnsureSuccess().Output, (await topology.Nas.Host.RunAsync($"cd /run/in && {Look}")).EnsureSuccess().Output);

        LabResult again = (await topology.Laptop.RunAsync("send --json /run/t/tree nas", SendTopology.Limit)).EnsureSuccess();
        Assert.Equal(0, SendTopology.Totals(again.Output).GetProperty("bytesCarried").GetInt64());
        Assert.Equal(0, await receiver.StopAsync(LabSignal.Interrupt));
    }

    [Fact]
    public async Task a_kill_at_either_end_costs_only_what_was_under_way()
    {
        await using SendTopology topology = await SendTopology.CreateAsync(Slow, "sha256sum");
        (await topology.Laptop.Host.RunAsync($"head -c {FileBytes} /dev/urandom > /run/file")).EnsureSuccess();
        LabProcess receiver = await topology.ReceiveAsync("--to /run/in --yes");
        LabProcess sender = topology.Send("/run/file nas");
        await topology.UntilPartialAsync("/run/in", FileBytes / 4);

        await receiver.StopAsync(LabSignal.Kill);
        await sender.WaitForLineAsync("Waiting for 'kith receive' on nas", SendTopology.Limit);
        Assert.Equal(string.Empty, (await topology.Nas.Host.RunAsync("ls /run/in")).Text);
        await topology.ReceiveAsync("--to /run/in --yes");
        await topology.UntilPartialAsync("/run/in", FileBytes / 2);

        await sender.StopAsync(LabSignal.Kill);
        Assert.Equal(string.Empty, (await topology.Nas.Host.RunAsync("ls /run/in")).Text);
        LabResult last = (await topology.Laptop.RunAsync("send --json /run/file nas", SendTopology.Limit)).EnsureSuccess();

        long carried = SendTopology.Totals(last.Output).GetProperty("bytesCarried").GetInt64();
        LabReport.Measured($"after two kills {carried / 1e6:0.0} of {FileBytes / 1e6:0.0} MB had to be carried");
        Assert.InRange(carried, 1, FileBytes - (FileBytes / 2));
        string hash = (await topology.Laptop.Host.RunAsync("sha256sum < /run/file")).EnsureSuccess().Text;
        Assert.Equal(hash, (await topology.Nas.Host.RunAsync("sha256sum < /run/in/file")).EnsureSuccess().Text);
        Assert.Equal("file", (await topology.Nas.Host.RunAsync("ls -A /run/in")).Text);
    }

    [Fact]
    public async Task what_stands_in_the_way_is_said_in_one_line()
    {
        await using SendTopology topology = await SendTopology.CreateAsync(Slow, "mount");
        (await topology.Laptop.Host.RunAsync("head -c 40000000 /dev/urandom > /run/file && printf a > /run/small")).EnsureSuccess();
        (await topology.Nas.Host.RunAsync("mkdir /run/in /run/ro && mount -t tmpfs -o size=8m tmpfs /run/in && mount -t tmpfs -o ro tmpfs /run/ro")).EnsureSuccess();
        await SendTopology.FailsAsync(topology.Laptop.RunAsync("send /run/nothing nas"), ControlError.FileUnreadable, "There is no /run/nothing");
        await SendTopology.FailsAsync(topology.Laptop.RunAsync("send /run/small nobody"), ControlError.UnknownDevice, "nobody");
        await SendTopology.FailsAsync(topology.Laptop.RunAsync("send --no-wait /run/small nas"), ControlError.PortRefused, "Nobody receives on nas");
        await SendTopology.FailsAsync(topology.Nas.RunAsync("receive --to /run/ro --yes"), ControlError.TargetNotWritable, "read-only");
        await SendTopology.FailsAsync(topology.Nas.RunAsync("receive --to /run/in"), ControlError.Usage, "Nobody can be asked");

        LabProcess receiver = await topology.ReceiveAsync("--to /run/in --yes");
        await SendTopology.FailsAsync(topology.Laptop.RunAsync("send /run/file nas", SendTopology.Limit), ControlError.TargetFull, "The disk of nas is full");
        (await topology.Nas.Host.RunAsync("mount -o remount,size=64m /run/in")).EnsureSuccess();

        // Ctrl-C in the middle of what remains, and then the rest.
        await receiver.WaitForLineAsync("the disk is full", SendTopology.Limit);
        LabProcess sender = topology.Send("/run/file nas");
        await topology.UntilPartialAsync("/run/in", 12_000_000);
        Assert.Equal(130, await sender.StopAsync(LabSignal.Interrupt));
        Assert.Contains("Send it again: it goes on from where it was.", sender.Output, StringComparison.Ordinal);
        LabResult last = (await topology.Laptop.RunAsync("send --json /run/file nas", SendTopology.Limit)).EnsureSuccess();
        Assert.InRange(SendTopology.Totals(last.Output).GetProperty("bytesCarried").GetInt64(), 0, 28_000_000);
        await SendTopology.FailsAsync(topology.Nas.RunAsync("receive --to /run/other --yes"), ControlError.PortInUse, string.Empty);
    }

    [Fact]
    public async Task the_receiver_asks_on_its_terminal()
    {
        await using SendTopology topology = await SendTopology.CreateAsync(LinkConditions.Perfect, "script");
        (await topology.Laptop.Host.RunAsync("mkdir /run/t && printf new > /run/t/differs && printf same > /run/t/same")).EnsureSuccess();
        (await topology.Nas.Host.RunAsync("mkdir -p /run/in/t && printf old > /run/in/t/differs && printf same > /run/in/t/same && mkfifo /run/keys")).EnsureSuccess();
        await topology.Nas.Host.WriteFileAsync("/run/ask", $"(cat /run/keys; cat /run/keys) | TERM=xterm script -qefc '{topology.Nas.Command("receive --to /run/in --once")}' /dev/null\n");
        LabProcess receiver = topology.Nas.Host.Start("bash /run/ask");
        await receiver.WaitForLineAsync("Receiving into", SendTopology.Limit);
        LabProcess sender = topology.Send("/run/t nas");
        await sender.WaitForLineAsync("Waiting for nas to accept it", SendTopology.Limit);
        (await topology.Nas.Host.RunAsync("echo y > /run/keys")).EnsureSuccess();
        await receiver.WaitForLineAsync("t/differs is there already and differs", SendTopology.Limit);
        (await topology.Nas.Host.RunAsync("echo r > /run/keys")).EnsureSuccess();

        Assert.Equal(0, await sender.WaitForExitAsync(SendTopology.Limit));
        Assert.Equal("differs differs (2) same", (await topology.Nas.Host.RunAsync("cd /run/in/t && echo *")).Text);
        Assert.Equal("oldnew", (await topology.Nas.Host.RunAsync("cd /run/in/t && cat differs 'differs (2)'")).Text);
    }
}
