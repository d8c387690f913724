using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.PortMapping;

namespace Kith.Lab.Nat;

/// <summary>What the matrix leaves out. In each scenario r is one more member, awake at a public address.</summary>
[Collection(LabSettings.Patient)]
public sealed class NatGridScenarios
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HardLimit = TimeSpan.FromSeconds(120);

    [Fact]
    public Task address_restricted_with_symmetric_is_direct() => BecomesDirectAsync(NatKind.AddressRestricted, NatKind.Symmetric, Limit);

    [Fact]
    public Task stepping_with_port_restricted_is_direct() => BecomesDirectAsync(NatKind.Stepping, NatKind.PortRestricted, HardLimit);

    // a ── router ─┐
    //              ├── carrier's translator ── core ── r
    // b ── router ─┘
    [Fact]
    public async Task two_homes_under_one_carrier_meet_below_it()
    {
        await using NatNetwork network = NatNetwork.Create();
        network.AddPublic("r");
        LabCarrier carrier = network.Internet.AddCarrier("carrier", new NatOptions { Hairpin = true });
        foreach (string name in new[] { "a", "b" })
        {
            network.Add(name, network.Internet.AddHome(name, new NatOptions(), carrier));
        }

        // RFC 6888: a carrier's translator leads back to its own customers, and keeps one port for all destinations.
        carrier.Nat.Options = carrier.Nat.Options with { Holds = [new NatHold(network.Home("b").Nat!.Outside!, 5484, 5485)] };
        await network.JoinAllAsync("r", "a", "b");

        // The core sees nothing of a way below the carrier.
        TimeSpan direct = await network.UntilPathAsync("a", "b", Limit, "direct");
        await network.UntilPathAsync("b", "a", Limit, "direct");
        await network.PingAsync("a", "b");
        LabReport.Measured($"two homes under one carrier: direct {direct.TotalSeconds:0.0} s after both had joined");
    }

    // a ── one network ─────┐
    //                       ├── router ── core ── r
    // b ── another network ─┘
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task two_networks_of_one_router_meet_by_hairpin_or_through_a_member(bool hairpin)
    {
        await using NatNetwork network = NatNetwork.Create();
        network.AddPublic("r");
        network.AddHome("a", new NatOptions { Hairpin = hairpin });
        network.Add("b", network.Internet.AddSecondNetwork("b", network.Home("a")));
        LabNat nat = network.Home("a").Nat!;
        nat.Options = nat.Options with { Holds = [new NatHold(network.Home("b").Device.IPv4, 5484, 5485)] };
        await network.JoinAllAsync("r", "a", "b");
        string kind = hairpin ? "direct" : "relay";
        await network.UntilPathAsync("a", "b", Limit, kind);
        await network.UntilPathAsync("b", "a", Limit, kind);
        await network.PingAsync("a", "b");
    }

    [Fact]
    public async Task two_firewalls_of_ipv6_let_the_two_that_call_each_other_through()
    {
        await using NatNetwork network = NatNetwork.Create(ipv6: true);
        network.AddPublic("r");
        network.AddHome("a", new NatOptions { IPv4 = false, IPv6 = true });
        network.AddHome("b", new NatOptions { IPv4 = false, IPv6 = true });
        await network.JoinAllAsync("r", "a", "b");
        await network.UntilDirectAsync("a", "b", Limit);
    }

    // a has IPv4 only, b IPv6 only, r both: nothing but r can lead from one to the other.
    [Fact]
    public async Task ipv4_only_and_ipv6_only_meet_through_a_member_that_has_both()
    {
        await using NatNetwork network = NatNetwork.Create(ipv6: true);
        network.AddPublic("r");
        network.AddHome("a", new NatOptions());
        network.AddHome("b", new NatOptions { IPv4 = false, IPv6 = true });
        await network.JoinAllAsync("r", "a", "b");
        await network.UntilPathAsync("a", "b", Limit, "relay");
        await network.UntilPathAsync("b", "a", Limit, "relay");
        await network.PingAsync("a", "b");
    }

    // home ── router with miniupnpd, random ports ─┬─ router, random ports ── b
    //                                              └─ outside, a member
    [Fact]
    public async Task a_mapped_port_makes_symmetric_with_symmetric_direct()
    {
        await using MappingLab lab = await MappingLab.CreateAsync(new MappingDaemonOptions());
        LabSwitch lan = lab.Lab.AddSwitch("b-lan", "192.168.1.0/24", string.Empty);
        _ = new LabNat(lab.Lab.AddRouter("b-router", lab.Outside.Host.Interfaces[0].Switch!, lan), new NatOptions(NatKind.Symmetric));
        KithHost b = new(lab.Lab.AddHost("b", lan));
        await lab.Outside.UpAsync("--name r");
        string invite = await lab.Outside.InviteAsync("--uses 2");
        await lab.Home.UpAsync($"--name a --join {invite}");
        await b.UpAsync($"--name b --join {invite}");
        await LabWait.UntilAsync("a and b are direct", Limit, async () =>
        {
            KithMember? there = await lab.Home.LookAtAsync("home", "b");
            KithMember? back = await b.LookAtAsync("home", "a");
            return there?.Path.Kind == "direct" && back?.Path.Kind == "direct" ? null : $"{there}\n{back}";
        });
        (await b.Host.RunAsync("ping -c1 -W5 a")).EnsureSuccess();
    }

    private static async Task BecomesDirectAsync(NatKind a, NatKind b, TimeSpan limit)
    {
        await using NatNetwork network = NatNetwork.Create();
        network.AddPublic("r");
        network.AddHome("a", new NatOptions(a));
        network.AddHome("b", new NatOptions(b));
        await network.JoinAllAsync("r", "a", "b");
        TimeSpan direct = await network.UntilDirectAsync("a", "b", limit);
        LabReport.Measured($"{a} with {b}: direct {direct.TotalSeconds:0.0} s after both had joined");
    }
}
