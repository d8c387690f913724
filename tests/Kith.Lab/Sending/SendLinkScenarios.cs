using Kith.Lab.Emulator;
using Kith.Lab.Harness;

namespace Kith.Lab.Sending;

/// <summary>`kith send` over a cable that is pulled. Mostly waits.</summary>
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
}
