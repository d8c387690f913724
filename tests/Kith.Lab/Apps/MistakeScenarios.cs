using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Apps;

/// <summary>The everyday commands as somebody new tries them: what is wrong has a code of its own and one clear line, and nothing is taken for whole that is not.</summary>
public sealed class MistakeScenarios
{
    // nas, laptop, phone (users) ─── lan
    [Fact]
    public async Task each_mistake_has_one_clear_line_and_services_and_pipes_keep_their_rules()
    {
        await using AppLab lab = await AppLab.CreateAsync("nas", "laptop", "phone", "tablet");
        (KithHost nas, KithHost laptop, KithHost phone) = (lab["nas"], lab["laptop"], lab["phone"]);
        await nas.Host.WriteFileAsync("/run/response", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
        nas.Host.Start("socat TCP4-LISTEN:8080,bind=127.0.0.1,reuseaddr,fork SYSTEM:'sed /^.$/q > /dev/null; cat /run/response'");
        await lab["tablet"].StopAsync();

        // Wrong device, nobody listening, no such service, a program that is not there, another user's node.
        await AppLab.ExpectAsync(laptop, "connect nobody 80", 22, "No device is called nobody");
        await AppLab.ExpectAsync(laptop, "forward 0 nobody:80", 22, "No device is called nobody");
        await AppLab.ExpectAsync(laptop, "ssh nobody", 22, "No device is called nobody");
        await AppLab.ExpectAsync(laptop, "pipe --to nobody", 22, "No device is called nobody");
        await AppLab.ExpectAsync(laptop, "connect nas 81", 41, "Nobody listens on port 81 of nas.home");
        await AppLab.ExpectAsync(laptop, "connect nas web", 41, "nas exposes no service named web");
        await AppLab.ExpectAsync(laptop, "run -- no-such-program", 53, "There is no program no-such-program");
        await AppLab.ExpectAsync(nas, "expose --stop web", 50, "This device exposes no service web");
        await AppLab.ExpectAsync(nas, "expose 8080 --as Web", 21, "'Web' is no name for a service");
        await AppLab.ExpectAsync(nas, "expose 8080 --to nobody", 22, "No device is called nobody");
        await AppLab.ExpectAsync(laptop, "forward 80 nas:80", 5, "This user may not listen on 127.0.0.1:80");
        LabResult stranger = await laptop.Host.RunAsync($"setpriv --reuid 65533 --regid 65533 --clear-groups {LabHost.KithPath} --state {laptop.State} services");
        Assert.Equal(5, stranger.ExitCode);
        Assert.Contains("This user may not speak to the node", stranger.Error, StringComparison.Ordinal);

        // A port in use, here and on the virtual addresses.
        LabProcess forward = AppLab.Start(laptop, "forward 8000 nas:web 8001 nas:81");
        await forward.WaitForLineAsync("8001 and .* -> nas:81", AppLab.Limit);
        await AppLab.ExpectAsync(laptop, "forward 8000 nas:80", 30, "Another program on this machine listens on 127.0.0.1:8000");
        await AppLab.ExpectAsync(laptop, "proxy --http 8000", 30, "Another program on this machine listens on 127.0.0.1:8000");
        (await nas.RunAsync("expose 8080 --as web --to laptop")).EnsureSuccess();
        await AppLab.ExpectAsync(nas, "expose 8080 --as other", 30, "Port 8080 is the service web already");

        // Who may uses it, at both loopback addresses; nobody at the other port is said once; who may not is reset.
        Assert.Equal("hello", (await laptop.Host.RunAsync("curl -sS -m 30 http://127.0.0.1:8000/")).EnsureSuccess().Text);
        Assert.Equal("hello", (await laptop.Host.RunAsync("curl -sS -m 30 'http://[::1]:8000/'")).EnsureSuccess().Text);
        foreach (string again in (string[])["1", "2"])
        {
            Assert.NotEqual(0, (await laptop.Host.RunAsync($"curl -sS -m 30 http://127.0.0.1:8001/{again}")).ExitCode);
        }

        await forward.WaitForLineAsync("kith: Nobody listens on port 81 of nas.home", AppLab.Limit);
        Assert.Equal(1, forward.Output.Split('\n').Count(static line => line.StartsWith("kith: ", StringComparison.Ordinal)));
        Assert.Equal(0, await forward.StopAsync(LabSignal.Interrupt));
        await AppLab.ExpectAsync(phone, "connect nas 8080", 52, "The connection to nas:8080 broke: it was reset there");
        Assert.Contains("\"services\":[{\"name\":\"web\",\"port\":8080}]", (await laptop.RunAsync("services --json")).EnsureSuccess().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("web", (await phone.RunAsync("services --json")).EnsureSuccess().Output, StringComparison.Ordinal);

        // A proxy goes to devices only, unless told otherwise.
        Assert.Contains("403", (await AppLab.ScriptAsync(laptop, $"kith run --only -- curl -s -o /dev/null -w '%{{http_code}}' http://{nas.Host.IPv4}:8080/")).Output, StringComparison.Ordinal);
        Assert.Equal(97, (await AppLab.ScriptAsync(laptop, $"kith run --only -- sh -c 'curl -s -x $ALL_PROXY http://{nas.Host.IPv4}:8080/'")).ExitCode);

        await PipesAsync(nas, laptop, phone);

        // Services outlive their daemon. Whoever is away is named.
        await nas.StopAsync();
        await nas.UpAsync("--no-dht --no-stun --no-port-mapping");
        Assert.Contains("laptop.home", (await nas.RunAsync("expose")).EnsureSuccess().Output, StringComparison.Ordinal);
        await laptop.UntilOnlineAsync("home", "nas");
        Assert.Equal("hello", (await laptop.RunAsync("curl -sS http://nas:8080/")).EnsureSuccess().Text);
        await LabWait.UntilAsync("the tablet is seen to be away", AppLab.Limit, async () =>
            (await laptop.LookAtAsync("home", "tablet"))?.Online == false ? null : "it is online");
        await AppLab.ExpectAsync(laptop, "connect tablet 80", 40, "tablet.home is not reachable");
        LabResult services = (await laptop.RunAsync("services")).EnsureSuccess();
        Assert.Contains("Not reachable, and so not asked: tablet.home", services.Error, StringComparison.Ordinal);
    }

    private static async Task PipesAsync(KithHost nas, KithHost laptop, KithHost phone)
    {
        // Any bytes, both ways at once; the name was made up by one side.
        LabProcess first = nas.Host.Start($"{LabHost.AsUser}sh -c 'cd; head -c 5000000 /dev/urandom > a; {LabHost.KithPath} pipe < a > b; echo ended $?'");
        string name = (await first.WaitForLineAsync("kith pipe ", AppLab.Limit)).Split(' ')[^1];
        LabResult second = await AppLab.ScriptAsync(laptop, $"head -c 3000000 /dev/urandom > a; kith pipe {name} < a > b; echo ended $?; cat a b | wc -c");
        Assert.Contains("ended 0\n8000000", second.EnsureSuccess().Output, StringComparison.Ordinal);
        await first.WaitForLineAsync("ended 0", AppLab.Limit);
        string sent = (await nas.Host.RunAsync($"cd {LabHost.UserHome} && sha256sum < a && sha256sum < b")).Text;
        string received = (await laptop.Host.RunAsync($"cd {LabHost.UserHome} && sha256sum < b && sha256sum < a")).Text;
        Assert.Equal(sent, received);

        // The third is told; Ctrl-C at one end is no end at the other.
        LabProcess endless = nas.Host.Start($"sh -c '{nas.Command("pipe endless")} < /dev/zero'");
        LabProcess reader = laptop.Host.Start($"sh -c '{laptop.Command("pipe -n endless")} > /dev/null'");
        await reader.WaitForLineAsync("Joined with nas.home", AppLab.Limit);
        await AppLab.ExpectAsync(phone, "pipe -n endless", 51, "That pipe has its two ends already");
        (await nas.Host.RunAsync("kill -INT $(pgrep -f '[k]ith pipe endless' | tail -n 1)")).EnsureSuccess();
        Assert.Equal(52, await reader.WaitForExitAsync(AppLab.Limit));
        Assert.Contains("kith: The pipe to nas.home broke", reader.Output, StringComparison.Ordinal);
        Assert.Equal(130, await endless.WaitForExitAsync(AppLab.Limit));

        // An output that is closed, said at the other end.
        LabProcess writer = nas.Host.Start($"sh -c '{nas.Command("pipe --to laptop")} < /dev/zero'");
        LabResult head = await AppLab.ScriptAsync(laptop, "kith pipe -n --from nas | head -c 1000 | wc -c");
        Assert.Equal("1000", head.EnsureSuccess().Text);
        Assert.Equal(52, await writer.WaitForExitAsync(AppLab.Limit));
        Assert.Contains("kith: The output of the pipe on laptop.home was closed", writer.Output, StringComparison.Ordinal);
    }
}
