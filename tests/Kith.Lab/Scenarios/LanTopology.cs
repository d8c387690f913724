using System.Diagnostics;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Scenarios;

/// <summary>The topology of most scenarios: hosts a, b, c, … on one switch, each with a node of its own name in the network `home`.</summary>
internal sealed class LanTopology : IAsyncDisposable
{
    private readonly Dictionary<string, KithHost> _nodes = [];

    private LanTopology(LabNetwork lab)
    {
        Lab = lab;
        Switch = lab.AddSwitch("lan");
    }

    public LabNetwork Lab { get; }

    public LabSwitch Switch { get; }

    /// <summary>The node of a host.</summary>
    public KithHost this[string name] => _nodes[name];

    /// <summary>Hosts with nothing running.</summary>
    public static LanTopology Create(params string[] hosts)
    {
        LabNetwork lab = LabNetwork.Create("ping", "curl", "iperf3", "nft", "socat");
        KithHost.Require();
        LanTopology topology = new(lab);
        foreach (string name in hosts)
        {
            topology.Add(name);
        }

        return topology;
    }

    /// <summary>Hosts whose nodes are all members of `home`: the first founds it, the others join, and each sees all others online.</summary>
    public static async Task<LanTopology> CreateJoinedAsync(params string[] hosts)
    {
        LanTopology topology = Create(hosts);
        try
        {
            KithHost founder = topology[hosts[0]];
            await founder.UpAsync($"--name {hosts[0]}");
            if (hosts.Length > 1)
            {
                string invite = await founder.InviteAsync($"--uses {hosts.Length - 1}");
                foreach (string name in hosts.Skip(1))
                {
                    await topology[name].UpAsync($"--name {name} --join {invite}");
                }
            }

            foreach (string name in hosts)
            {
                await topology[name].UntilOnlineAsync("home", hosts);
            }

            return topology;
        }
        catch
        {
            await topology.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds one more host to the switch.</summary>
    public KithHost Add(string name, bool asUser = false)
    {
        KithHost added = new(Lab.AddHost(name, Switch), asUser: asUser);
        _nodes.Add(name, added);
        return added;
    }

    /// <summary>Pings by name with the ordinary program until an answer comes; returns how long that took.</summary>
    public static Task<TimeSpan> PingAsync(KithHost from, string name, string family, TimeSpan? limit = null) =>
        LabWait.UntilSucceedsAsync(from.Host, $"ping {family} -c1 -W1 {name}", limit ?? TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(20));

    /// <summary>Starts a newcomer with an invite; returns how long it took from there to the first ping by name.</summary>
    public static async Task<TimeSpan> JoinAndPingAsync(KithHost newcomer, string name, string invite, string target)
    {
        Stopwatch watch = Stopwatch.StartNew();
        newcomer.Start($"--name {name} --join {invite}");
        await PingAsync(newcomer, target, "-6");
        return watch.Elapsed;
    }

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}
