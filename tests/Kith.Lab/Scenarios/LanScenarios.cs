using System.Diagnostics;
using System.Globalization;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Scenarios;

/// <summary>Machines of one LAN:  a ─┬─ b ─┬─ c … on one switch, IPv4 and IPv6, no Internet.</summary>
public sealed class LanScenarios
{
    [Fact]
    public async Task three_hosts_join_through_one_invite_and_reach_each_other_by_name()
    {
        await using LanTopology lan = LanTopology.Create("a", "b", "c");
        await lan["a"].UpAsync("--name a");
        string invite = await lan["a"].InviteAsync("--uses 3");
        foreach (string name in new[] { "b", "c" })
        {
            TimeSpan elapsed = await LanTopology.JoinAndPingAsync(lan[name], name, invite, "a");
            LabReport.Measured($"{name}: from kith up --join to the first ping by name: {elapsed.TotalMilliseconds:0} ms");
        }

        string[] names = ["a", "b", "c"];
        foreach (string from in names)
        {
            await lan[from].UntilOnlineAsync("home", names);
            foreach (string to in names.Where(other => other != from))
            {
                await LanTopology.PingAsync(lan[from], to, "-4");
                await LanTopology.PingAsync(lan[from], to, "-6");
                await LanTopology.PingAsync(lan[from], $"{to}.home.kith", "-6");
            }
        }

        WebServer web = await WebServer.StartAsync(lan["a"].Host, 3_000_000);
        await web.FetchAsync(lan["b"].Host, "a", "-4");
        await web.FetchAsync(lan["c"].Host, "a.home.kith", "-6");

        await Iperf.ServeAsync(lan["b"].Host);
        double four = await Iperf.StreamAsync(lan["c"].Host, "b", 2, "-4");
        double six = await Iperf.StreamAsync(lan["c"].Host, "b", 2, "-6");
        LabReport.Measured($"iperf3 c to b: {four / 1e6:0} Mbit/s over IPv4, {six / 1e6:0} over IPv6");
        Assert.True(four > 1e6 && six > 1e6, $"{four} and {six} bit/s");
    }

    [Fact]
    public async Task what_the_members_see_of_each_other_agrees()
    {
        await using LanTopology lan = await LanTopology.CreateJoinedAsync("a", "b", "c");
        KithStatus a = await lan["a"].StatusAsync();
        KithStatus c = await lan["c"].StatusAsync();
        Assert.Equal(a.Network("home").Id, c.Network("home").Id);
        foreach (string name in new[] { "a", "b", "c" })
        {
            KithMember seenByA = a.Network("home").Find(name)!;
            KithMember seenByC = c.Network("home").Find(name)!;
            Assert.Equal((seenByA.Id, seenByA.Ipv6, seenByA.Ipv4, seenByA.Role), (seenByC.Id, seenByC.Ipv6, seenByC.Ipv4, seenByC.Role));
            Assert.NotNull(seenByA.Ipv4);
            Assert.StartsWith("fd", seenByA.Ipv6, StringComparison.Ordinal);
        }

        Assert.Equal("admin", a.Network("home").Find("a")!.Role);
        Assert.Equal("member", a.Network("home").Find("b")!.Role);
        Assert.Equal("self", a.Network("home").Find("a")!.Path.Kind);
        Assert.Equal("lan", a.Network("home").Find("b")!.Path.Kind);
        Assert.Equal(c.Network("home").Find("b")!.Id, (await lan["b"].StatusAsync()).Node.Id);
    }

    [Fact]
    public async Task a_fourth_host_joins_while_the_inviter_is_down()
    {
        await using LanTopology lan = await LanTopology.CreateJoinedAsync("a", "b", "c");
        string invite = await lan["a"].InviteAsync();

        // Wait until another member knows of the invite: that is what makes the inviter dispensable.
        long known = (await lan["a"].StatusAsync()).Network("home").Statements;
        await LabWait.UntilAsync("b and c know of the invite", TimeSpan.FromSeconds(10), async () =>
        {
            long b = (await lan["b"].StatusAsync()).Network("home").Statements;
            long c = (await lan["c"].StatusAsync()).Network("home").Statements;
            return b >= known && c >= known ? null : $"a has {known}, b {b}, c {c}";
        });
        Assert.Equal(0, await lan["a"].StopAsync());

        KithHost d = lan.Add("d");
        TimeSpan elapsed = await LanTopology.JoinAndPingAsync(d, "d", invite, "b");
        LabReport.Measured($"d joined without the inviter in {elapsed.TotalMilliseconds:0} ms");
        await LanTopology.PingAsync(d, "c", "-4");

        // The inviter learns of the newcomer when it is back.
        await lan["a"].UpAsync();
        await lan["a"].UntilOnlineAsync("home", "b", "c", "d");
        await LanTopology.PingAsync(lan["a"], "d", "-6");
    }

    // a and b are in `home`; b and c are in `club`: b reaches both, a and c do not know of each other.
    [Fact]
    public async Task one_host_is_in_two_networks()
    {
        await using LanTopology lan = LanTopology.Create("a", "b", "c");
        await lan["a"].UpAsync("--name a");
        await lan["c"].UpAsync("--name c --network club");
        await lan["b"].UpAsync($"--name b --join {await lan["a"].InviteAsync()}");
        (await lan["b"].RunAsync($"join {await lan["c"].InviteAsync("club")}")).EnsureSuccess();

        KithStatus b = await lan["b"].StatusAsync();
        Assert.Equal(["club", "home"], b.Networks.Select(network => network.Name).Order());
        await LanTopology.PingAsync(lan["b"], "a.home.kith", "-6");
        await LanTopology.PingAsync(lan["b"], "c.club.kith", "-6");
        await LanTopology.PingAsync(lan["b"], "c.club.kith", "-4");
        await LanTopology.PingAsync(lan["a"], "b.home.kith", "-4");
        await LanTopology.PingAsync(lan["c"], "b.club.kith", "-4");

        // One network's name and address lead nowhere in the other.
        string cInClub = b.Network("club").Find("c")!.Ipv6;
        Assert.False((await lan["a"].Host.RunAsync("getent hosts c.club.kith")).Succeeded);
        Assert.False((await lan["a"].Host.RunAsync($"ping -c1 -W1 {cInClub}")).Succeeded);

        (await lan["b"].RunAsync("leave club")).EnsureSuccess();
        Assert.Equal(["home"], (await lan["b"].StatusAsync()).Networks.Select(network => network.Name));
        Assert.False((await lan["b"].Host.RunAsync("getent hosts c.club.kith")).Succeeded);
        await LanTopology.PingAsync(lan["b"], "a", "-6");
    }

    [Fact]
    public async Task a_revoked_host_is_cut_off_within_two_seconds()
    {
        await using LanTopology lan = await LanTopology.CreateJoinedAsync("a", "b", "c");
        KithNetwork home = (await lan["a"].StatusAsync()).Network("home");
        string addressOfB = home.Find("b")!.Ipv6;
        string addressOfC = home.Find("c")!.Ipv6;
        await LanTopology.PingAsync(lan["c"], "b", "-6");

        // c pings both, ten times a second, with its own clock on each answer.
        LabProcess toA = lan["c"].Host.Start($"ping -D -i 0.1 {home.Ipv6}");
        LabProcess toB = lan["c"].Host.Start($"ping -D -i 0.1 {addressOfB}");
        await toA.WaitForLineAsync("time=", TimeSpan.FromSeconds(5));
        await toB.WaitForLineAsync("time=", TimeSpan.FromSeconds(5));
        (await lan["a"].RunAsync("revoke c")).EnsureSuccess();
        double revoked = (double)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000;
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        foreach (LabProcess ping in new[] { toA, toB })
        {
            double last = LastAnswer(ping.Output);
            LabReport.Measured($"c's last answer came {(last - revoked) * 1000:0} ms after `kith revoke` returned");
            Assert.True(last < revoked + 2, $"still answered {last - revoked:0.0} s after the revocation:\n{ping.Output}");
        }

        Assert.False((await lan["b"].Host.RunAsync($"ping -c1 -W1 {addressOfC}")).Succeeded);
        Assert.Null((await lan["b"].StatusAsync()).Network("home").Find("c"));
        await LanTopology.PingAsync(lan["b"], "a", "-6");

        // It stays out after everybody restarted.
        await lan["c"].StopAsync();
        await lan["b"].StopAsync();
        await lan["b"].UpAsync();
        lan["c"].Start();
        await lan["b"].UntilOnlineAsync("home", "a");
        Assert.False((await lan["c"].Host.RunAsync($"ping -c3 -i0.3 -W1 {addressOfB}")).Succeeded);
    }

    [Fact]
    public async Task after_a_restart_without_multicast_all_find_each_other_from_the_cache()
    {
        string[] names = ["a", "b", "c"];
        await using LanTopology lan = await LanTopology.CreateJoinedAsync(names);
        foreach (string name in names)
        {
            Assert.Equal(0, await lan[name].StopAsync());
        }

        lan.Switch.BlockMulticast(true);
        Stopwatch watch = Stopwatch.StartNew();
        await Task.WhenAll(names.Select(name => lan[name].UpAsync()));
        foreach (string from in names)
        {
            foreach (string to in names.Where(other => other != from))
            {
                await LanTopology.PingAsync(lan[from], to, "-6");
                await LanTopology.PingAsync(lan[from], to, "-4");
            }
        }

        LabReport.Measured($"three nodes started and all pairs pinged {watch.Elapsed.TotalSeconds:0.0} s later");
    }

    [Fact]
    public async Task an_address_change_does_not_end_a_stream()
    {
        await using LanTopology lan = await LanTopology.CreateJoinedAsync("a", "b");
        await Iperf.ServeAsync(lan["a"].Host);
        LabProcess stream = lan["b"].Host.Start("iperf3 -J -c a -t 12");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        string before = lan["b"].Host.IPv4.ToString();
        lan["b"].Host.Interfaces[0].ChangeAddresses(lan.Switch.IPv4At(77), lan.Switch.IPv6At(77));
        Assert.NotEqual(before, lan["b"].Host.IPv4.ToString());
        Assert.Equal(0, await stream.WaitForExitAsync(TimeSpan.FromSeconds(40)));
        (double Early, double Last) rate = SecondsOf(stream.Output);
        LabReport.Measured($"before the change {rate.Early / 1e6:0} Mbit/s, in the last three seconds {rate.Last / 1e6:0}");
        Assert.True(rate.Last > rate.Early / 10, $"the stream did not recover: {rate}\n{stream.Output}");
        await LanTopology.PingAsync(lan["a"], "b", "-6");
    }

    [Fact]
    public async Task a_joiner_can_be_told_where_a_member_is()
    {
        await using LanTopology lan = LanTopology.Create("a", "b");
        lan.Switch.BlockMulticast(true);
        await lan["a"].UpAsync("--name a");
        string invite = await lan["a"].InviteAsync();

        // The addresses in the invite are the old ones: only --peer leads to a.
        lan["a"].Host.Interfaces[0].ChangeAddresses(lan.Switch.IPv4At(88), lan.Switch.IPv6At(88));
        await lan["b"].UpAsync($"--name b --join {invite} --peer {lan["a"].Host.IPv4}:5484");
        await LanTopology.PingAsync(lan["b"], "a", "-6");
    }

    private static double LastAnswer(string output)
    {
        // [1732105478.123456] 64 bytes from …
        string line = output.Split('\n').Last(text => text.Contains("time=", StringComparison.Ordinal));
        return double.Parse(line[1..line.IndexOf(']', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }

    private static (double Early, double Last) SecondsOf(string report)
    {
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(report);
        double[] rates =
        [
            .. document.RootElement.GetProperty("intervals").EnumerateArray()
                .Select(interval => interval.GetProperty("sum").GetProperty("bits_per_second").GetDouble()),
        ];
        return (rates.Take(2).Average(), rates.TakeLast(3).Average());
    }
}
