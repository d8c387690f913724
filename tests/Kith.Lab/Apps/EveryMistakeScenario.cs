using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Apps;

/// <summary>The rest of what can go wrong with each everyday command: a device that went away, a service with nothing behind it, a full disk, missing rights, Ctrl-C.</summary>
public sealed class EveryMistakeScenario
{
    private const string Quietly = "-sS -m 60 -o /dev/null";

    // nas, laptop, phone (users) ─── lan
    [Fact]
    public async Task what_else_goes_wrong_has_one_clear_line()
    {
        LabMachine.Require("curl", "socat", "ssh", "setpriv", "mount");
        await using AppLab lab = await AppLab.CreateAsync("nas", "laptop", "phone");
        (KithHost nas, KithHost laptop) = (lab["nas"], lab["laptop"]);
        await AwayAsync(laptop, lab["phone"]);
        await NothingBehindAsync(nas, laptop);
        await RightsAsync(nas, laptop);
        await FullDiskAsync(nas, laptop);
        await InterruptedAsync(nas, laptop);
    }

    // It said goodbye, so nobody has to wait to be told.
    private static async Task AwayAsync(KithHost laptop, KithHost phone)
    {
        await phone.StopAsync();
        TimeSpan seen = await LabWait.UntilAsync("the phone is seen to be away", AppLab.Limit, async () =>
            (await laptop.LookAtAsync("home", "phone"))?.Online == false ? null : "it is online");
        LabReport.Measured($"a stopped device is seen to be away after {seen.TotalSeconds:0.0} s (bar: 45 s without its goodbye)");
        await laptop.Host.WriteFileAsync("/run/file", "x");
        LabProcess forward = AppLab.Start(laptop, "forward 8010 phone:80");
        await forward.WaitForLineAsync("phone is not reachable now", AppLab.Limit);
        await forward.WaitForLineAsync("-> phone:80", AppLab.Limit);
        LabProcess pipe = AppLab.Start(laptop, "pipe -n --to phone");
        await Task.WhenAll(
            AppLab.ExpectAsync(laptop, "connect phone 80", 40, "phone.home is not reachable"),
            AppLab.ExpectAsync(laptop, "ssh -o LogLevel=QUIET -o BatchMode=yes phone", 255, "phone.home is not reachable"),
            AppLab.ExpectAsync(laptop, "send --no-wait /run/file phone", 40, "phone"),
            AppLab.ExpectAsync(laptop, $"receive --to {LabHost.UserHome}/in --from nobody", 22, "No device is called nobody"),
            CurlAsync(laptop, "phone:80", "502", "phone.home is not reachable"),
            CurlAsync(laptop, "nobody.kith:80", "502", "No device is called nobody"),
            laptop.Host.RunAsync($"curl {Quietly} http://127.0.0.1:8010/"));
        await forward.WaitForLineAsync("kith: phone.home is not reachable", AppLab.Limit);
        Assert.Equal(0, await forward.StopAsync(LabSignal.Interrupt));

        // A pipe waits for whoever is to come, until it is called off.
        Assert.True(pipe.IsRunning);
        Assert.Equal(130, await pipe.StopAsync(LabSignal.Interrupt));
    }

    private static async Task NothingBehindAsync(KithHost nas, KithHost laptop)
    {
        const string Nothing = "nas's service web has nothing listening at port 8080.";
        (await nas.RunAsync("expose 8080 --as web")).EnsureSuccess();
        await AppLab.ExpectAsync(laptop, "connect nas web", 41, Nothing);
        await AppLab.ExpectAsync(laptop, "connect nas 8080", 41, Nothing);
        await AppLab.ExpectAsync(laptop, "ssh -o LogLevel=QUIET -o BatchMode=yes -p 8080 nas", 255, Nothing);
        await AppLab.ExpectAsync(laptop, "ssh -o LogLevel=QUIET -o BatchMode=yes -p 81 nas", 255, "Nobody listens on port 81 of nas.home");
        await CurlAsync(laptop, "nas:8080", "502", Nothing);
        await CurlAsync(laptop, "nas:81", "502", "Nobody listens on port 81 of nas.home");
        LabResult socks = await AppLab.ScriptAsync(laptop, $"kith run -- sh -c 'curl {Quietly} -x $ALL_PROXY http://nas:8080/'");
        Assert.NotEqual(0, socks.ExitCode);
        Assert.Contains($"kith: {Nothing}", socks.Error, StringComparison.Ordinal);
        foreach (string target in (string[])["web", "8080"])
        {
            LabProcess forward = AppLab.Start(laptop, $"forward 8020 nas:{target}");
            await forward.WaitForLineAsync($"-> nas:{target}", AppLab.Limit);
            Assert.NotEqual(0, (await laptop.Host.RunAsync($"curl {Quietly} http://127.0.0.1:8020/")).ExitCode);
            await forward.WaitForLineAsync($"kith: {Nothing}", AppLab.Limit);
            Assert.Equal(0, await forward.StopAsync(LabSignal.Interrupt));
        }
    }

    private static async Task RightsAsync(KithHost nas, KithHost laptop)
    {
        (await laptop.Host.RunAsync("echo secret > /run/secret && chmod 600 /run/secret")).EnsureSuccess();
        (await nas.Host.RunAsync("mkdir -m 755 /run/roots")).EnsureSuccess();
        await AppLab.ExpectAsync(laptop, "proxy --http 80", 5, "This user may not listen on 127.0.0.1:80");
        await AppLab.ExpectAsync(laptop, "send --no-wait /run/secret nas", 65, "/run/secret");
        await AppLab.ExpectAsync(nas, "receive --to /run/roots --yes", 69, "/run/roots");
        await AppLab.ExpectAsync(laptop, "run -- /run/secret", 5, "/run/secret cannot be run");
        foreach (string command in (string[])["forward 0 nas:80", "expose 80", "pipe x", "send /run/file nas", "receive --yes", "proxy", "ssh nas", "run -- true", "connect nas 80"])
        {
            LabResult stranger = await laptop.Host.RunAsync(
                $"cd /run && setpriv --reuid 65533 --regid 65533 --clear-groups {LabHost.KithPath} --state {laptop.State} {command} < /dev/null", AppLab.Limit);
            Assert.True(stranger.ExitCode == 5, $"{command}\n{stranger}");
            Assert.StartsWith("kith: This user may not speak to the node", stranger.Error, StringComparison.Ordinal);
        }
    }

    // At whoever receives; who sends is told that not all of it was taken.
    private static async Task FullDiskAsync(KithHost nas, KithHost laptop)
    {
        (await laptop.Host.RunAsync("mkdir /run/small && mount -t tmpfs -o size=1m,mode=777 tmpfs /run/small")).EnsureSuccess();
        LabProcess writer = nas.Host.Start($"sh -c '{nas.Command("pipe full")} < /dev/zero'");
        LabResult reader = await AppLab.ScriptAsync(laptop, "kith pipe -n full > /run/small/x");
        Assert.Equal(68, reader.ExitCode);
        Assert.Contains("kith: The output cannot be written: No space left on device.", reader.Error, StringComparison.Ordinal);
        Assert.Equal(52, await writer.WaitForExitAsync(AppLab.Limit));
        Assert.Contains("kith: The output of the pipe on laptop.home was closed", writer.Output, StringComparison.Ordinal);

        nas.Host.Start("socat -U TCP4-LISTEN:8080,bind=127.0.0.1,reuseaddr,fork OPEN:/dev/zero");
        await LabWait.UntilSucceedsAsync(nas.Host, "ss -ltn | grep -q :8080", AppLab.Limit);
        LabResult connect = await AppLab.ScriptAsync(laptop, "kith connect nas web < /dev/null > /run/small/x");
        Assert.Equal(68, connect.ExitCode);
        Assert.Contains("kith: The output cannot be written: No space left on device.", connect.Error, StringComparison.Ordinal);
    }

    // Ctrl-C while much passes: an end and no mistake.
    private static async Task InterruptedAsync(KithHost nas, KithHost laptop)
    {
        LabProcess connect = laptop.Host.Start($"sh -c 'exec {laptop.Command("connect nas web")} < /dev/null > /dev/null'");
        LabProcess forward = AppLab.Start(laptop, "forward 8030 nas:web");
        LabProcess proxy = AppLab.Start(laptop, "proxy --socks 1081 --http 3129");
        LabProcess run = laptop.Host.Start($"sh -c 'exec {laptop.Command("run -- sh -c \"echo running; exec sleep 1000\"")}'");
        await forward.WaitForLineAsync("-> nas:web", AppLab.Limit);
        await proxy.WaitForLineAsync("HTTP ", AppLab.Limit);
        await run.WaitForLineAsync("running", AppLab.Limit);
        LabProcess first = laptop.Host.Start("sh -c 'exec socat -u TCP:127.0.0.1:8030 OPEN:/dev/null'");
        LabProcess second = laptop.Host.Start("sh -c 'exec socat -u SOCKS5-CONNECT:127.0.0.1:1081:nas:8080 OPEN:/dev/null'");
        await LabWait.UntilSucceedsAsync(nas.Host, "test $(ss -tn state established sport = :8080 | grep -c 8080) -ge 2", AppLab.Limit);
        Assert.Equal(130, await connect.StopAsync(LabSignal.Interrupt));
        Assert.Equal(0, await forward.StopAsync(LabSignal.Interrupt));
        Assert.Equal(0, await proxy.StopAsync(LabSignal.Interrupt));
        Assert.Equal(143, await run.StopAsync());
        await first.WaitForExitAsync(AppLab.Limit);
        await second.WaitForExitAsync(AppLab.Limit);
        foreach (LabProcess ended in (LabProcess[])[connect, forward, proxy])
        {
            Assert.DoesNotContain("kith: ", ended.Output, StringComparison.Ordinal);
        }

        // At the other end: the node that serves stops, and so does what it carried.
        LabProcess reading = laptop.Host.Start($"sh -c 'exec {laptop.Command("connect nas web")} < /dev/null > /dev/null'");
        await LabWait.UntilSucceedsAsync(nas.Host, "ss -tn state established sport = :8080 | grep -q 8080", AppLab.Limit);
        await nas.StopAsync(LabSignal.Interrupt);
        Assert.Equal(52, await reading.WaitForExitAsync(AppLab.Limit));
        Assert.Contains("kith: The connection to nas:web broke", reading.Output, StringComparison.Ordinal);
    }

    private static async Task CurlAsync(KithHost at, string target, string status, string line)
    {
        LabResult result = await AppLab.ScriptAsync(at, $"kith curl -sS -m 60 -w '%{{http_code}}' http://{target}/");
        Assert.EndsWith(status, result.Output, StringComparison.Ordinal);
        Assert.Contains($"kith: {line}", result.Output, StringComparison.Ordinal);
        Assert.Contains($"kith: {line}", result.Error, StringComparison.Ordinal);
    }
}
