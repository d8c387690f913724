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
        LabMachine.Require("curl", "socat");
        await using AppLab lab = await AppLab.CreateAsync("nas", "laptop");
        (KithHost nas, KithHost laptop) = (lab["nas"], lab["laptop"]);

        // A page without an end, a word at a time, through everything that carries connections.
        await nas.Host.WriteFileAsync("/run/endless", "sed '/^.$/q' > /dev/null; printf 'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\n'; while sleep 0.5; do echo word; done\n");
        await laptop.Host.WriteFileAsync("/run/request", "GET / HTTP/1.0\r\n\r\n");
        nas.Host.Start("socat -t 1000 TCP4-LISTEN:8080,bind=127.0.0.1,reuseaddr,fork SYSTEM:'sh /run/endless'");
        (await nas.RunAsync("expose 8080 --as endless")).EnsureSuccess();
        LabProcess connect = laptop.Host.Start($"sh -c 'exec {laptop.Command("connect nas endless")} < /run/request'");
        LabProcess forward = AppLab.Start(laptop, "forward 9000 nas:endless");
        LabProcess proxy = AppLab.Start(laptop, "proxy --http 9001");
        await forward.WaitForLineAsync("-> nas:endless", AppLab.Limit);
        await proxy.WaitForLineAsync("HTTP ", AppLab.Limit);
        LabProcess[] curls = [laptop.Host.Start("curl -sSN http://127.0.0.1:9000/"), laptop.Host.Start("curl -sSN -x http://127.0.0.1:9001 http://nas:8080/")];
        foreach (LabProcess carried in (LabProcess[])[connect, .. curls])
        {
            await carried.WaitForLineAsync("word", AppLab.Limit);
        }

        LabProcess writer = nas.Host.Start($"sh -c '{nas.Command("pipe x")} < /dev/zero'");
        LabProcess reader = laptop.Host.Start($"sh -c '{laptop.Command("pipe -n x")} > /dev/null'");
        await reader.WaitForLineAsync("Joined with nas.home", AppLab.Limit);
        (await laptop.Host.RunAsync("ip link set eth0 down")).EnsureSuccess();
        Assert.Equal(52, await writer.WaitForExitAsync(Limit));
        Assert.Equal(52, await reader.WaitForExitAsync(Limit));
        Assert.Contains("kith: The pipe to laptop.home broke: it was ended there, or the link was lost. What arrived is not whole.", writer.Output, StringComparison.Ordinal);
        Assert.Contains("kith: The pipe to nas.home broke", reader.Output, StringComparison.Ordinal);

        Assert.Equal(52, await connect.WaitForExitAsync(Limit));
        Assert.Contains("kith: The connection to nas:endless broke: it was reset there, or the link was lost.", connect.Output, StringComparison.Ordinal);
        await forward.WaitForLineAsync("kith: A connection to nas:endless broke", Limit);
        await proxy.WaitForLineAsync("kith: A connection to nas:8080 broke", Limit);
        foreach (LabProcess curl in curls)
        {
            Assert.NotEqual(0, await curl.WaitForExitAsync(Limit));
        }
    }
}
