using System.Globalization;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Scenarios;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Lab.Floods;

/// <summary>
/// Members on one LAN, the second of which is flooded, and behind its gateway everything that the flood claims to come from: what is sent back there leads into nothing.
/// <code>
///   a ──┐
///   b ──┼── lan ── gateway, the flood's sender; 198.18.0.0/15 ends there
///   c ──┘
/// </code>
/// Flows have a fixed rate far below what the machine can do, because sender, members and all ends of flows share its processors: what a flow loses is lost to the flood
/// and not to the processor time that sending it takes.
/// </summary>
internal sealed class FloodTopology : IAsyncDisposable
{
    /// <summary>The rate of the flow whose share is measured, in bits per second.</summary>
    public const int FlowBitsPerSecond = 50_000_000;

    /// <summary>What a flow keeps where a test may not depend on how busy the machine is.</summary>
    public const double CertainShare = 0.4;

    private FloodTopology(LanTopology lan, LabHost attacker)
    {
        Lan = lan;
        Attacker = attacker;
    }

    public LanTopology Lan { get; }

    /// <summary>Where floods come from.</summary>
    public LabHost Attacker { get; }

    /// <summary>The member at the far end of the flow.</summary>
    public KithHost A => Lan["a"];

    /// <summary>The member that is flooded.</summary>
    public KithHost B => Lan["b"];

    /// <summary>Members of one network that see each other.</summary>
    public static async Task<FloodTopology> CreateAsync(params string[] hosts)
    {
        LanTopology lan = await LanTopology.CreateJoinedAsync(hosts);
        LabSwitch outside = lan.Lab.AddSwitch("outside");
        LabHost attacker = lan.Lab.AddRouter("attacker", outside, lan.Switch);
        (await attacker.RunAsync($"ip route add blackhole {ForgedSources.Range}")).EnsureSuccess();
        await Iperf.ServeAsync(lan["b"].Host);
        return new FloodTopology(lan, attacker);
    }

    /// <summary>The WireGuard public key of a node.</summary>
    public static async Task<Bytes32> KeyOfAsync(KithHost node)
    {
        string text = (await node.RunAsync("id")).EnsureSuccess().Text;
        return NodeId.TryParse(text, out NodeId id) && id.TryGetTunnelPublicKey(out Bytes32 key) ? key : throw new LabException($"no node id: {text}");
    }

    /// <summary>The bits per second of a flow from a to b through the tunnel.</summary>
    public Task<double> FlowAsync(int seconds) =>
        Iperf.StreamAsync(A.Host, "b", seconds, string.Create(CultureInfo.InvariantCulture, $"-b {FlowBitsPerSecond}"));

    /// <summary>
    /// The share of the flow that is left under a flood: windows without and with it in turns, and the median of the shares of neighbouring ones.
    /// </summary>
    public async Task<FlowShare> CompareAsync(int pairs, int seconds, Func<Task<Flood>> start)
    {
        List<double> without = [];
        List<double> with = [];
        List<double> rates = [];
        for (int i = 0; i < pairs; i++)
        {
            without.Add(await FlowAsync(seconds));
            await using Flood flood = await start();
            with.Add(await FlowAsync(seconds));
            rates.Add(await flood.StopAsync());
        }

        double[] shares = [.. without.Zip(with, (before, during) => during / before).Order()];
        return new FlowShare(shares[shares.Length / 2], shares, rates.Average());
    }

    public ValueTask DisposeAsync() => Lan.DisposeAsync();
}
