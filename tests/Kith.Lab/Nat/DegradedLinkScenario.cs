using System.Diagnostics;
using Kith.Lab.Daemon;
using Kith.Lab.Emulator;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>a ──(cable with trouble)── core ── b: whatever the cable does, a node that starts connects.</summary>
[Collection(LabSettings.Patient)]
public sealed class DegradedLinkScenario
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static readonly (string Name, LinkConditions Conditions)[] Troubles =
    [
        ("1 % lost in bursts", new LinkConditions { Bursts = BurstLoss.Of(0.01, 3) }),
        ("5 % lost in bursts", new LinkConditions { Bursts = BurstLoss.Of(0.05, 3) }),
        ("10 % lost in bursts", new LinkConditions { Bursts = BurstLoss.Of(0.10, 3) }),
        ("25 % lost in bursts", new LinkConditions { Bursts = BurstLoss.Of(0.25, 3) }),
        ("300 ms late each way", new LinkConditions { Delay = TimeSpan.FromMilliseconds(300) }),
        ("800 ms late each way", new LinkConditions { Delay = TimeSpan.FromMilliseconds(800) }),
        ("a fifth overtaken, 20 ms of jitter", new LinkConditions { Reordering = 0.2, Delay = TimeSpan.FromMilliseconds(40), Jitter = TimeSpan.FromMilliseconds(20) }),
    ];

    [Fact]
    public async Task nodes_connect_over_cables_with_every_trouble()
    {
        await using NatNetwork network = NatNetwork.Create(ipv6: false, "ethtool");
        KithHost b = network.AddPublic("b");
        (LabHost host, LabLink cable) = network.Internet.AddPublic("a", LinkConditions.Perfect);
        KithHost a = network.Add("a", new LabHome(host, null, host.Interfaces[0].Switch!));
        await network.JoinAllAsync("b", "a");
        string address = (await b.StatusAsync()).Network(NatNetwork.Name).Ipv6;
        foreach ((string name, LinkConditions conditions) in Troubles)
        {
            await network.StopAsync("a");
            cable.Conditions = conditions;
            await a.UpAsync();
            Stopwatch watch = Stopwatch.StartNew();
            using PingStream pings = new(host, address, TimeSpan.FromMilliseconds(100));
            await pings.FirstAsync(Limit);
            LabReport.Measured($"{name}: first answer {watch.Elapsed.TotalSeconds:0.00} s after `kith up` was ready");
        }
    }
}
