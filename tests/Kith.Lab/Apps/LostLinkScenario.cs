using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Apps;

/// <summary>The cable is pulled in the middle, for good. It waits for TCP to give up, which takes two minutes.</summary>
[Collection(LabSettings.Distant)]
public sealed class LostLinkScenario
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task a_link_that_is_lost_in_the_middle_is_said_at_both_ends()
    {
        await using AppLab lab = await AppLab.CreateAsync("nas", "laptop");
        (KithHost nas, KithHost laptop) = (lab["nas"], lab["laptop"]);
        LabProcess writer = nas.Host.Start($"sh -c '{nas.Command("pipe x")} < /dev/zero'");
        LabProcess reader = laptop.Host.Start($"sh -c '{laptop.Command("pipe -n x")} > /dev/null'");
        await reader.WaitForLineAsync("Joined with nas.home", AppLab.Limit);
        (await laptop.Host.RunAsync("ip link set eth0 down")).EnsureSuccess();
        Assert.Equal(52, await writer.WaitForExitAsync(Limit));
        Assert.Equal(52, await reader.WaitForExitAsync(Limit));
        Assert.Contains("kith: The pipe to laptop.home broke: it was ended there, or the link was lost. What arrived is not whole.", writer.Output, StringComparison.Ordinal);
        Assert.Contains("kith: The pipe to nas.home broke", reader.Output, StringComparison.Ordinal);
    }
}
