using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>Nodes at homes and public sites of one Internet, all members of the network `home`.</summary>
internal sealed class NatNetwork : IAsyncDisposable
{
    /// <summary>The name of the network.</summary>
    public const string Name = "home";

    /// <summary>Programs that every scenario of this kind starts.</summary>
    public static readonly IReadOnlyList<string> Tools = ["ping", "nft", "conntrack"];

    private readonly Dictionary<string, KithHost> _nodes = [];
    private readonly Dictionary<string, LabHome> _homes = [];

    private NatNetwork(LabNetwork lab, bool ipv6)
    {
        Lab = lab;
        Internet = new LabInternet(lab, ipv6);
    }

    public LabNetwork Lab { get; }

    public LabInternet Internet { get; }

    /// <summary>The node of a machine.</summary>
    public KithHost this[string name] => _nodes[name];

    /// <summary>An Internet with nothing on it. Skips the test where the machine cannot hold one.</summary>
    public static NatNetwork Create(bool ipv6 = false, params string[] tools)
    {
        LabNetwork lab = LabNetwork.Create([.. Tools, .. tools]);
        KithHost.Require();
        return new NatNetwork(lab, ipv6);
    }

    /// <summary>The home of a node.</summary>
    public LabHome Home(string name) => _homes[name];

    /// <summary>Adds a public machine.</summary>
    public KithHost AddPublic(string name, bool ipv4 = true) => Add(name, Internet.AddPublic(name, ipv4));

    /// <summary>Adds a device at a home of its own.</summary>
    public KithHost AddHome(string name, NatOptions options, bool asUser = false) => Add(name, Internet.AddHome(name, options), asUser);

    /// <summary>Adds a device at a home that was made otherwise.</summary>
    public KithHost Add(string name, LabHome home, bool asUser = false)
    {
        _homes.Add(name, home);
        return Add(name, home.Device, asUser);
    }

    /// <summary>
    /// Founds the network at one node and lets the others join it there. Afterwards each has the whole log, so any two can find each other's key;
    /// where they are, they were told as far as they met.
    /// </summary>
    public async Task JoinAllAsync(string founder, params string[] others)
    {
        await this[founder].UpAsync($"--name {founder}");
        string invite = await this[founder].InviteAsync($"--uses {others.Length}");
        foreach (string name in others)
        {
            await this[name].UpAsync($"--name {name} --join {invite}");
        }

        long known = (await this[founder].StatusAsync()).Network(Name).Statements;
        foreach (string name in others)
        {
            await LabWait.UntilAsync($"{name} has the log", TimeSpan.FromSeconds(30), async () =>
            {
                KithStatus? status = await this[name].TryLookAsync();
                return status?.Networks.FirstOrDefault(network => network.Name == Name)?.Statements >= known ? null : $"{status}";
            });
        }
    }

    /// <summary>True if two nodes say that they reach each other straight, an answer has come that way, and the core sees it.</summary>
    public async Task<bool> IsDirectAsync(string a, string b)
    {
        KithMember? there = await this[a].LookAtAsync(Name, b);
        KithMember? back = await this[b].LookAtAsync(Name, a);
        return there?.Path is { Kind: "direct", RttMilliseconds: not null } && back?.Path is { Kind: "direct", RttMilliseconds: not null }
            && await WireTruth.IsDirectAsync(Internet, this[a].Host, b, Home(a).Site, Home(b).Site);
    }

    /// <summary>Waits until that is so; returns how long it took.</summary>
    public Task<TimeSpan> UntilDirectAsync(string a, string b, TimeSpan limit) =>
        LabWait.UntilAsync(
            $"{a} and {b} reach each other straight, and the core sees it",
            limit,
            async () => await IsDirectAsync(a, b) ? null : $"{await this[a].LookAtAsync(Name, b)}\n{await this[b].LookAtAsync(Name, a)}");

    /// <summary>Ends nodes.</summary>
    public Task StopAsync(params string[] names) => Task.WhenAll(names.Select(name => this[name].StopAsync()));

    /// <summary>Pings by name with the ordinary program, once.</summary>
    public async Task PingAsync(string from, string to) =>
        (await this[from].Host.RunAsync($"ping -c1 -W5 {to}")).EnsureSuccess();

    /// <summary>Waits until a node's path to a member is of one of the kinds; returns how long that took.</summary>
    public async Task<TimeSpan> UntilPathAsync(string from, string to, TimeSpan limit, params string[] kinds) =>
        await LabWait.UntilAsync(
            $"[{from}] reaches {to} by {string.Join(" or ", kinds)}",
            limit,
            async () =>
            {
                KithMember? member = await this[from].LookAtAsync(Name, to);
                return member is { Path.RttMilliseconds: not null } && kinds.Contains(member.Path.Kind) ? null : $"{member}";
            },
            TimeSpan.FromMilliseconds(50));

    public ValueTask DisposeAsync() => Lab.DisposeAsync();

    private KithHost Add(string name, LabHost host, bool asUser = false)
    {
        KithHost node = new(host, asUser: asUser);
        _nodes.Add(name, node);
        return node;
    }
}
