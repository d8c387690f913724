using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kith.Lab.Harness;

namespace Kith.Lab.Emulator;

/// <summary>
/// The emulated cable as programs see it. a ══ b; bounds leave room for a busy machine, the exact arithmetic is in <see cref="LinkModelTests"/>.
/// </summary>
public sealed class LinkEmulatorTests
{
    [Fact]
    public async Task ping_shows_the_delay()
    {
        await using LabNetwork lab = LabNetwork.Create("ping", "ethtool");
        (LabHost a, LabHost _, LabLink link) = Pair(lab, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) });
        double[] times = await PingAsync(a, "10.255.1.2", 20);
        Assert.Equal(20, times.Length);
        Assert.True(times.Min() >= 40, $"{times.Min()} ms is quicker than light");
        Assert.True(times.Order().ElementAt(10) < 43, $"median {times.Order().ElementAt(10)} ms, {link}");

        link.Conditions = LinkConditions.Perfect;
        times = await PingAsync(a, "2001:db8:ffff:1::2", 20);
        Assert.True(times.Order().ElementAt(10) < 3, $"median {times.Order().ElementAt(10)} ms without delay");
    }

    [Fact]
    public async Task lost_pings_are_as_many_as_asked()
    {
        await using LabNetwork lab = LabNetwork.Create("ping", "ethtool");
        (LabHost a, LabHost _, LabLink link) = Pair(lab, LinkConditions.Perfect);
        link.FromNear = new LinkConditions { Loss = 0.2 };
        LabResult result = await a.RunAsync("ping -q -c 500 -i 0.005 -W 1 10.255.1.2");
        double received = double.Parse(Regex.Match(result.Output, "([0-9]+) received").Groups[1].ValueSpan, CultureInfo.InvariantCulture);

        // 500 trials at 0.2: five standard deviations are 45.
        Assert.InRange(received, 355, 445);
    }

    [Theory]
    [InlineData(20, "")]
    [InlineData(200, "")]
    [InlineData(50, "-u -b 80M")]
    public async Task the_rate_is_kept(int megabits, string options)
    {
        await using LabNetwork lab = LabNetwork.Create("iperf3", "ethtool");
        (LabHost a, LabHost b, LabLink link) = Pair(lab, new LinkConditions { BitsPerSecond = megabits * 1_000_000L, Delay = TimeSpan.FromMilliseconds(1) });
        LabProcess server = b.Start("iperf3 -s --forceflush");
        await server.WaitForLineAsync("Server listening", TimeSpan.FromSeconds(5));
        LabResult result = await a.RunAsync($"iperf3 -J -c 10.255.1.2 -t 4 -O 1 {options}");
        result.EnsureSuccess();
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement end = document.RootElement.GetProperty("end");
        double measured = end.TryGetProperty("sum_received", out JsonElement sum)
            ? sum.GetProperty("bits_per_second").GetDouble()
            : end.GetProperty("sum").GetProperty("bits_per_second").GetDouble() * (1 - (end.GetProperty("sum").GetProperty("lost_percent").GetDouble() / 100));
        Assert.True(measured is var bits && bits > megabits * 0.85e6 && bits < megabits * 1.02e6, $"{bits / 1e6} Mbit/s of {megabits}; {link}");
    }

    [Fact]
    public async Task a_blackout_stops_everything_and_ends()
    {
        await using LabNetwork lab = LabNetwork.Create("ping", "ethtool");
        (LabHost a, LabHost _, LabLink link) = Pair(lab, LinkConditions.Perfect);
        (await a.RunAsync("ping -c1 -W1 10.255.1.2")).EnsureSuccess();
        link.Conditions = new LinkConditions { Blackout = true };
        Assert.False((await a.RunAsync("ping -c2 -i0.2 -W1 10.255.1.2")).Succeeded);
        link.Conditions = LinkConditions.Perfect;
        (await a.RunAsync("ping -c1 -W1 10.255.1.2")).EnsureSuccess();
    }

    [Fact]
    public async Task a_host_can_hang_on_a_switch_by_a_bad_cable()
    {
        await using LabNetwork lab = LabNetwork.Create("ping", "ethtool");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost a = lab.AddHost("a", lan);
        LabHost b = lab.AddHost("b");
        lab.Connect(b, lan, new LinkConditions { Delay = TimeSpan.FromMilliseconds(15) });
        double[] times = await PingAsync(a, b.IPv4.ToString(), 5);
        Assert.Equal(5, times.Length);
        Assert.True(times.Min() >= 30, $"{times.Min()} ms");
        Assert.Equal(5, (await PingAsync(a, b.IPv6.ToString(), 5)).Length);
    }

    [Fact]
    public async Task large_transfers_pass_a_perfect_link_intact()
    {
        await using LabNetwork lab = LabNetwork.Create("socat", "ethtool");
        (LabHost a, LabHost b, LabLink _) = Pair(lab, LinkConditions.Perfect);
        LabProcess sink = b.Start("bash -c 'socat -u TCP-LISTEN:7000 STDOUT | sha256sum'");
        await LabWait.UntilSucceedsAsync(b, "ss -ltn | grep -q :7000", TimeSpan.FromSeconds(5));
        LabResult sent = await a.RunAsync("head -c 50000000 /dev/urandom | tee /run/data | socat -u STDIN TCP:10.255.1.2:7000 && sha256sum < /run/data");
        sent.EnsureSuccess();
        await sink.WaitForExitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(sent.Text, sink.Output.Trim());
    }

    private static (LabHost A, LabHost B, LabLink Link) Pair(LabNetwork lab, LinkConditions conditions)
    {
        LabHost a = lab.AddHost("a");
        LabHost b = lab.AddHost("b");
        return (a, b, lab.AddLink(a, b, conditions));
    }

    private static async Task<double[]> PingAsync(LabHost host, string target, int count)
    {
        LabResult result = await host.RunAsync($"ping -c {count} -i 0.05 -W 2 {target}");
        return [.. Regex.Matches(result.Output, "time=([0-9.]+)").Select(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];
    }
}
