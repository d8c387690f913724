using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Tcp;

/// <summary>
/// Offices whose routers drop all UDP, and a member with a public address that takes connections at TCP port 443:
/// <code>
///   a ── router (no UDP) ──┐
///                          ├── Internet ── server (TCP 443)
///   b ── router (no UDP) ──┘
/// </code>
/// </summary>
internal sealed class TcpTopology : IAsyncDisposable
{
    /// <summary>How long anything may take on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private TcpTopology(LabNetwork lab)
    {
        Lab = lab;
        Internet = new LabInternet(lab);
        Server = new KithHost(Internet.AddPublic("server"));
    }

    public LabNetwork Lab { get; }

    public LabInternet Internet { get; }

    public KithHost Server { get; }

    public string Invite { get; private set; } = string.Empty;

    /// <summary>The server is up; nobody has joined.</summary>
    public static async Task<TcpTopology> CreateAsync(params string[] tools)
    {
        LabNetwork lab = LabNetwork.Create(["ping", "nft", "conntrack", "iperf3", .. tools]);
        KithHost.Require();
        TcpTopology topology = new(lab);
        await topology.Server.UpAsync("--name server --tcp-port 443");
        topology.Invite = await topology.Server.InviteAsync("--uses 5");
        return topology;
    }

    /// <summary>A device in an office.</summary>
    public LabHome AddOffice(string name, bool udpBlocked = true) => Internet.AddHome(name, new NatOptions { UdpBlocked = udpBlocked });

    /// <summary>Waits until a node has a path of this kind to a member.</summary>
    public static Task<TimeSpan> UntilPathAsync(KithHost node, string member, params string[] kinds) =>
        LabWait.UntilAsync($"[{node.Host.Name}] reaches {member} by {string.Join('/', kinds)}", Limit, async () =>
        {
            LabResult answer = await node.RunAsync("status --json");
            string? kind = answer.Succeeded && KithStatus.Parse(answer.Output).Networks is [{ } network, ..] ? network.Find(member)?.Path.Kind : null;
            return kinds.Contains(kind) ? null : answer.ToString();
        });

    public static Task<TimeSpan> PingAsync(KithHost from, string name) =>
        LabWait.UntilSucceedsAsync(from.Host, $"ping -6 -c1 -W2 {name}", Limit, TimeSpan.FromMilliseconds(100));

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}
