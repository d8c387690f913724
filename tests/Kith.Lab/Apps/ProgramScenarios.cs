using System.Diagnostics;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Apps;

/// <summary>Real programs through forward, proxy, ssh and run, between two nodes in user space.</summary>
public sealed class ProgramScenarios
{
    private const string Ssh = "kith ssh -F /dev/null -i key -o UserKnownHostsFile=known -o LogLevel=ERROR";

    // laptop (user) ─── lan ─── nas (user; its servers listen on 127.0.0.1 alone)
    [Fact]
    public async Task real_programs_reach_a_device_without_root()
    {
        LabMachine.Require([.. NasServers.Tools, "chromium"]);
        await using AppLab lab = await AppLab.CreateAsync("nas", "laptop");
        KithHost laptop = lab["laptop"];
        string key = (await AppLab.ScriptAsync(laptop, "ssh-keygen -q -t ed25519 -N '' -f key && cat key.pub")).EnsureSuccess().Output;
        await NasServers.StartAsync(lab["nas"], key);

        await DoAsync(laptop, "ssh", $"head -c 3000000 /dev/urandom > data; {Ssh} root@nas sha256sum < data > there; sha256sum < data | cmp - there && echo same", "same");
        Assert.Equal(37, (await AppLab.ScriptAsync(laptop, $"{Ssh} -o BatchMode=yes root@nas.home.kith exit 37")).ExitCode);
        Assert.Contains(".kith ", (await laptop.Host.RunAsync($"cat {LabHost.UserHome}/known")).Output, StringComparison.Ordinal);
        await DoAsync(laptop, "rsync", $"mkdir -p tree/deep; cp data tree/; echo x > tree/deep/file; rsync -a -e '{Ssh}' tree root@nas:/run/ && rsync -a -e '{Ssh}' root@nas:/run/tree/ back/ && diff -r tree back && echo same", "same");
        await DoAsync(laptop, "git clone", $"GIT_SSH_COMMAND='{Ssh}' git clone -q root@nas:/run/repo clone && git -C clone log --format=%s", "first");
        await DoAsync(laptop, "curl HTTP/1.1", "kith curl -sS -w '%{http_version}' http://nas:8080/", "</script>1.1");
        await DoAsync(laptop, "curl HTTP/2", "kith curl -sSk -w '%{http_version}' https://nas.home.kith:8443/", "over-http-2\n2");
        await DoAsync(laptop, "run, SOCKS", "kith run -- sh -c 'curl -sSk --http2 -w %{http_version} -x $ALL_PROXY https://nas:8443/'", "over-http-2\n2");

        LabProcess forward = AppLab.Start(laptop, "forward 15432 nas:db 16379 nas:6379");
        await forward.WaitForLineAsync("16379 -> nas:6379|-> nas:6379", AppLab.Limit);
        await DoAsync(laptop, "psql", "psql -h 127.0.0.1 -p 15432 -U postgres -Atc 'select count(*), sum(length(repeat(n::text, 10))) from generate_series(1, 20000) n'", "20000|");
        await DoAsync(laptop, "psql, large rows", "psql -h ::1 -p 15432 -U postgres -Atc \"select repeat('x', 3000000)\" | wc -c", "3000001");
        await DoAsync(laptop, "redis-cli", "head -c 500000 /dev/urandom | od -An -tx1 | tr -d ' \\n' > value; redis-cli -p 16379 -x set k < value; redis-cli -p 16379 get k | tr -d '\\n' | cmp - value && echo same", "same");
        Assert.Equal(0, await forward.StopAsync(LabSignal.Interrupt));

        LabProcess proxy = AppLab.Start(laptop, "proxy --socks 1080");
        await proxy.WaitForLineAsync("SOCKS 5", AppLab.Limit);
        await DoAsync(
            laptop,
            "chromium through SOCKS",
            "timeout 80 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir=$HOME/chrome --proxy-server=socks5://127.0.0.1:1080 --dump-dom http://nas.home.kith:8080/",
            "made-by-42");
        Assert.Equal(0, await proxy.StopAsync());
    }

    private static async Task DoAsync(KithHost at, string what, string script, string expected)
    {
        Stopwatch watch = Stopwatch.StartNew();
        LabResult result = (await AppLab.ScriptAsync(at, script)).EnsureSuccess();
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
        LabReport.Measured($"{what} between two nodes in user space: {watch.Elapsed.TotalSeconds:0.0} s");
    }
}
