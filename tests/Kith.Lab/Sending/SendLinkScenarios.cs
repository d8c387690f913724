using Kith.Lab.Daemon;
using Kith.Lab.Emulator;
using Kith.Lab.Harness;
using Kith.Lab.Nat;
using Kith.Node.Control;

namespace Kith.Lab.Sending;

/// <summary>`kith send` over a cable that is pulled, to devices that are off, through daemons that are killed, between homes. Mostly waits.</summary>
[Collection(LabSettings.Distant)]
public sealed class SendLinkScenarios
{
    [Fact]
    public async Task a_link_lost_in_the_middle_is_noticed_and_the_transfer_goes_on()
    {
        LinkConditions slow = new() { Delay = TimeSpan.FromMilliseconds(2), BitsPerSecond = 60_000_000 };
        await using SendTopology topology = await SendTopology.CreateAsync(slow, "sha256sum");
        (await topology.Laptop.Host.RunAsync("head -c 24000000 /dev/urandom > /run/file")).EnsureSuccess();
        await topology.ReceiveAsync("--to /run/in --yes");
        LabProcess sender = topology.Send("/run/file nas");
        await topology.UntilPartialAsync("/run/in", 6_000_000);

        topology.Cable.Conditions = slow with { Blackout = true };
        await sender.WaitForLineAsync("The link to nas was lost; trying again", TimeSpan.FromSeconds(120));
        topology.Cable.Conditions = slow;

        Assert.Equal(0, await sender.WaitForExitAsync(SendTopology.Limit));
        string hash = (await topology.Laptop.Host.RunAsync("sha256sum < /run/file")).EnsureSuccess().Text;
        Assert.Equal(hash, (await topology.Nas.Host.RunAsync("sha256sum < /run/in/file")).EnsureSuccess().Text);
        Assert.Equal("file", (await topology.Nas.Host.RunAsync("ls -A /run/in")).Text);
    }

    [Fact]
    public async Task a_daemon_killed_at_either_end_is_waited_for_and_the_transfer_goes_on()
    {
        const long fileBytes = 36_000_000;
        LinkConditions slow = new() { Delay = TimeSpan.FromMilliseconds(2), BitsPerSecond = 60_000_000 };
        await using SendTopology topology = await SendTopology.CreateAsync(slow, "sha256sum");
        (await topology.Laptop.Host.RunAsync($"head -c {fileBytes} /dev/urandom > /run/file")).EnsureSuccess();
        LabProcess receiver = await topology.ReceiveAsync("--to /run/in --yes");
        LabProcess sender = topology.Send("--json /run/file nas");
        await topology.UntilPartialAsync("/run/in", fileBytes / 4);

        await SendTopology.KillAsync(topology.Nas);
        await receiver.WaitForLineAsync("The node of this device was stopped; waiting until it runs again", SendTopology.Limit);
        Assert.Equal(string.Empty, (await topology.Nas.Host.RunAsync("ls /run/in")).Text);
        await SendTopology.StartAgainAsync(topology.Nas);
        await topology.UntilPartialAsync("/run/in", fileBytes / 2);

        await SendTopology.KillAsync(topology.Laptop);
        await sender.WaitForLineAsync("\"waitingForNode\"", SendTopology.Limit);
        Assert.Equal(string.Empty, (await topology.Nas.Host.RunAsync("ls /run/in")).Text);
        await SendTopology.StartAgainAsync(topology.Laptop);

        Assert.Equal(0, await sender.WaitForExitAsync(SendTopology.Limit));
        long carried = SendTopology.Totals(sender.Output).GetProperty("bytesCarried").GetInt64();
        LabReport.Measured($"a daemon killed at either end: {carried / 1e6:0.0} MB carried for {fileBytes / 1e6:0.0}");
        Assert.InRange(carried, fileBytes, fileBytes * 3 / 2);
        string hash = (await topology.Laptop.Host.RunAsync("sha256sum < /run/file")).EnsureSuccess().Text;
        Assert.Equal(hash, (await topology.Nas.Host.RunAsync("sha256sum < /run/in/file")).EnsureSuccess().Text);
        Assert.Equal("file", (await topology.Nas.Host.RunAsync("ls -A /run/in")).Text);
        Assert.True(receiver.IsRunning);
    }

    [Fact]
    public async Task a_device_that_is_offline_is_named_or_waited_for()
    {
        await using SendTopology topology = await SendTopology.CreateAsync(LinkConditions.Perfect);
        (await topology.Laptop.Host.RunAsync("printf a > /run/small")).EnsureSuccess();
        Assert.Equal(0, await topology.Nas.StopAsync());
        LabProcess sender = topology.Send("/run/small nas");
        await SendTopology.FailsAsync(topology.Laptop.RunAsync("send --no-wait /run/small nas", SendTopology.Limit), ControlError.DeviceOffline, "nas.home is not reachable");
        await sender.WaitForLineAsync("Waiting for nas to come online", SendTopology.Limit);
        await SendTopology.StartAgainAsync(topology.Nas);
        await topology.ReceiveAsync("--to /run/in --yes");
        Assert.Equal(0, await sender.WaitForExitAsync(SendTopology.Limit));
        Assert.Equal("a", (await topology.Nas.Host.RunAsync("cat /run/in/small")).Text);

        // The own node: said at once, with what to do.
        Assert.Equal(0, await topology.Laptop.StopAsync());
        await SendTopology.FailsAsync(topology.Laptop.RunAsync("send /run/small nas"), ControlError.NodeNotRunning, "Start it with: kith up");
    }

    [Fact]
    public async Task users_behind_a_port_restricted_and_a_symmetric_translator_send_files()
    {
        await using NatNetwork network = NatNetwork.Create(ipv6: false, "sha256sum", "setpriv");
        network.AddPublic("r");
        KithHost a = network.AddHome("a", new NatOptions(NatKind.PortRestricted), asUser: true);
        KithHost b = network.AddHome("b", new NatOptions(NatKind.Symmetric), asUser: true);
        await network.JoinAllAsync("r", "a", "b");
        (await a.Host.RunAsync("mkdir /run/t && cd /run/t && head -c 3000000 /dev/urandom > large && for i in $(seq 50); do head -c $((i * 100)) /dev/urandom > file$i; done")).EnsureSuccess();
        LabProcess receiver = b.Host.Start(b.Command($"receive --to {LabHost.UserHome}/in --from a"));
        await receiver.WaitForLineAsync("Receiving into", SendTopology.Limit);

        (await a.RunAsync("send --quiet /run/t b", SendTopology.Limit)).EnsureSuccess();

        const string look = "find t -type f -exec sha256sum {} + | sort";
        Assert.Equal((await a.Host.RunAsync($"cd /run && {look}")).EnsureSuccess().Output, (await b.Host.RunAsync($"cd {LabHost.UserHome}/in && {look}")).EnsureSuccess().Output);
    }
}
