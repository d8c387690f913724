using System.Diagnostics;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>
/// An ssh session and an iperf3 stream live through what happens to paths:
/// <code>
///   a ── router ─┐        ┌─ r
///                ├─ core ─┤
///   b ── router ─┘        └─ s
/// </code>
/// r and s are members at public addresses.
/// </summary>
[Collection(LabSettings.Patient)]
public sealed class SurvivalScenarios
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    /// <summary>Idle for as long as the issue says where a run may be long, else for as long as shows that the mapping's life was outlived.</summary>
    private static readonly TimeSpan Idle = LabSettings.Tries(0) > 0 ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(75);

    [Fact]
    public async Task flows_survive_changes_of_path_address_and_translator()
    {
        await using NatNetwork network = await CreateAsync(new NatOptions { IPv6 = true }, ipv6: true);
        using LastingFlows flows = await LastingFlows.StartAsync(network["a"], network["b"], "b");
        CoreFilter core = new(network.Internet);
        LabHome home = network.Home("a");
        (System.Net.IPAddress a, System.Net.IPAddress b) = (home.Site, network.Home("b").Site);

        await StepAsync(flows, "direct to relay", async () =>
        {
            core.Cut(a, b);
            await network.UntilPathAsync("a", "b", Limit, "relay");
        });

        string relay = (await network["a"].LookAtAsync(NatNetwork.Name, "b"))?.Path.Via ?? throw new LabException("no relay");
        await StepAsync(flows, "the relay is killed", async () =>
        {
            await network[relay].StopAsync(LabSignal.Kill);
            await network.UntilPathAsync("a", "b", Limit, "relay", "direct");
        });
        await network[relay].UpAsync();

        await StepAsync(flows, "relay to direct", async () =>
        {
            core.Mend(a, b);
            await network.UntilDirectAsync("a", "b", Limit);
        });

        await StepAsync(flows, "the cable is out for 5 s", async () =>
        {
            network["a"].Host.Interfaces[0].Disconnect();
            await Task.Delay(TimeSpan.FromSeconds(5));
            network["a"].Host.Interfaces[0].Connect();
        });

        await StepAsync(flows, "the router forgets, and maps anew to another port", () =>
        {
            home.Nat!.Options = home.Nat.Options with { Holds = [new NatHold(home.Device.IPv4, 5484, 40_000)] };
            home.Nat.Forget();
            return Task.CompletedTask;
        });

        // Another network with the other family only; the old one is gone a moment later.
        LabHome cable = network.Internet.AddHome("cable", new NatOptions { IPv4 = false, IPv6 = true });
        await StepAsync(flows, "from Wi-Fi with IPv4 to cable with IPv6", () =>
        {
            network["a"].Host.Interfaces[0].Disconnect();
            network.Lab.Connect(network["a"].Host, cable.Network);
            return Task.CompletedTask;
        });
    }

    // Two Internets at once: both scenarios consist of waiting.
    [Fact]
    public Task flows_survive_a_minute_without_cable_and_mappings_that_end() => Task.WhenAll(MinuteWithoutCableAsync(), ShortMappingsAsync());

    private static async Task MinuteWithoutCableAsync()
    {
        await using NatNetwork network = await CreateAsync(new NatOptions());
        using LastingFlows flows = await LastingFlows.StartAsync(network["a"], network["b"], "b");
        await StepAsync(flows, "the cable is out for 60 s", async () =>
        {
            network["a"].Host.Interfaces[0].Disconnect();
            await Task.Delay(TimeSpan.FromSeconds(60));
            network["a"].Host.Interfaces[0].Connect();
        });
    }

    private static async Task ShortMappingsAsync()
    {
        await using NatNetwork network = await CreateAsync(new NatOptions { MappingLife = TimeSpan.FromSeconds(30) });
        await network.PingAsync("a", "b");
        await Task.Delay(Idle);

        // Whoever speaks first after the silence, from either side, is heard.
        foreach ((string from, string to) in new[] { ("b", "a"), ("a", "b") })
        {
            Stopwatch watch = Stopwatch.StartNew();
            await network.PingAsync(from, to);
            LabReport.Measured($"mappings live 30 s; idle for {Idle.TotalSeconds} s, then {from} to {to}: {watch.Elapsed.TotalSeconds:0.00} s with the start of ping");
        }

        await network.UntilDirectAsync("a", "b", Limit);
    }

    private static async Task StepAsync(LastingFlows flows, string what, Func<Task> step)
    {
        DateTimeOffset begun = DateTimeOffset.UtcNow;
        await step();
        DateTimeOffset done = DateTimeOffset.UtcNow;
        await flows.Pings.FirstAfterAsync(done, Limit);
        await flows.UntilMovingAsync(what, Limit);
        LabReport.Measured($"{what}: no answer to pings for {flows.Pings.LongestGap(begun).TotalSeconds:0.0} s, ssh and iperf3 went on");
    }

    private static async Task<NatNetwork> CreateAsync(NatOptions options, bool ipv6 = false)
    {
        NatNetwork network = NatNetwork.Create(ipv6, LastingFlows.Tools);
        try
        {
            network.AddPublic("r");
            network.AddPublic("s");

            // a begins with IPv4 only, so that a change of family is one.
            network.AddHome("a", options with { IPv6 = false });
            network.AddHome("b", options);
            await network.JoinAllAsync("r", "s", "a", "b");
            await network.UntilDirectAsync("a", "b", Limit);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }
}
