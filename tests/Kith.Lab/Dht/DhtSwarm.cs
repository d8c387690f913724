using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Dht;

/// <summary>
/// A DHT of other people's nodes on one machine of an Internet: libtorrent's and npm's bittorrent-dht's, each at public addresses of its own, no two in one /24
/// or /48. They know nothing of Kith; a scenario tells them what to do through their sockets.
/// </summary>
internal sealed class DhtSwarm
{
    /// <summary>Nodes of libtorrent, over IPv4 and, where the Internet has it, IPv6.</summary>
    public const int LibtorrentNodes = 20;

    /// <summary>Nodes of bittorrent-dht, over IPv4: it knows no other.</summary>
    public const int BittorrentDhtNodes = 4;

    /// <summary>The UDP port of all of them.</summary>
    public const int Port = 6881;

    /// <summary>The port from which <see cref="QueryAsync"/> asks.</summary>
    public const int AskerPort = Port + 1;

    private const string Scripts = "/run/lab/dht";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(40);

    private DhtSwarm(LabHost host) => Host = host;

    /// <summary>Programs that it needs.</summary>
    public static IReadOnlyList<string> Tools { get; } = ["socat", "python3", "node"];

    /// <summary>The machine.</summary>
    public LabHost Host { get; }

    /// <summary>An endpoint of libtorrent's to begin with.</summary>
    public static string LibtorrentEndpoint => $"{AddressOf(2)}:{Port}";

    /// <summary>The same over IPv6.</summary>
    public static string LibtorrentEndpointV6 => $"[{AddressV6Of(2)}]:{Port}";

    /// <summary>An endpoint of bittorrent-dht's to begin with.</summary>
    public static string BittorrentDhtEndpoint => $"{AddressOf(LibtorrentNodes + 1)}:{Port}";

    /// <summary>The IPv4 address of a node; those of bittorrent-dht follow on libtorrent's.</summary>
    public static string AddressOf(int node) => string.Create(CultureInfo.InvariantCulture, $"45.{node + 1}.7.1");

    /// <summary>The IPv6 address of a node.</summary>
    public static string AddressV6Of(int node) => string.Create(CultureInfo.InvariantCulture, $"2a00:{node + 1:x}::1");

    /// <summary>Puts the machine onto an Internet and returns when its nodes know each other.</summary>
    public static async Task<DhtSwarm> StartAsync(LabInternet internet)
    {
        DhtRequirements.Require();
        LabHost host = internet.AddPublic("swarm");
        int[] nodes = [.. Enumerable.Range(0, LibtorrentNodes + BittorrentDhtNodes)];
        host.Space.Ip([.. nodes.Select(node => $"addr add {AddressOf(node)}/32 dev eth0")]);
        internet.Core.Space.Ip($"route add 45.0.0.0/8 via {host.IPv4}");
        if (internet.HasIPv6)
        {
            host.Space.Ip([.. nodes.Select(node => $"addr add {AddressV6Of(node)}/128 dev eth0 nodad")]);
            internet.Core.Space.Ip($"route add 2a00::/16 via {host.IPv6}");
        }

        DhtSwarm swarm = new(host);
        await host.RunAsync($"mkdir -p {Scripts}");
        await host.WriteFileAsync($"{Scripts}/libtorrent_nodes.py", DhtRequirements.ReadScript("libtorrent_nodes.py"));
        await host.WriteFileAsync($"{Scripts}/bittorrent_dht_nodes.mjs", DhtRequirements.ReadScript("bittorrent_dht_nodes.mjs"));
        string places = string.Join(' ', nodes.Take(LibtorrentNodes).Select(node => AddressOf(node) + (internet.HasIPv6 ? "," + AddressV6Of(node) : string.Empty)));
        LabProcess libtorrent = host.Start($"/usr/bin/python3 {Scripts}/libtorrent_nodes.py {Scripts}/libtorrent.sock {Port} {places}");
        await libtorrent.WaitForLineAsync("^libtorrent .* nodes$", StartLimit);
        string known = string.Join(',', nodes.Take(4).Select(AddressOf));
        string own = string.Join(' ', nodes.Skip(LibtorrentNodes).Select(AddressOf));
        LabProcess bittorrentDht = host.Start($"env LAB_NPM={LabHost.NpmPath} node {Scripts}/bittorrent_dht_nodes.mjs {Scripts}/bittorrent-dht.sock {Port} {known} {own}");
        await bittorrentDht.WaitForLineAsync("^bittorrent-dht: .* nodes$", StartLimit);
        await swarm.SettleAsync();
        return swarm;
    }

    /// <summary>Tells one node of libtorrent to do something; what it does is in the script.</summary>
    public Task<JsonElement> TellLibtorrentAsync(int node, string what, params (string Name, JsonNode? Value)[] arguments) => TellAsync("libtorrent", node, what, arguments);

    /// <summary>Tells one node of bittorrent-dht to do something; what it does is in the script.</summary>
    public Task<JsonElement> TellBittorrentDhtAsync(int node, string what, params (string Name, JsonNode? Value)[] arguments) => TellAsync("bittorrent-dht", node, what, arguments);

    /// <summary>Lets npm's k-rpc-socket ask one endpoint one thing, past every table; what came back.</summary>
    public Task<JsonElement> QueryAsync(string host, int port, string query, JsonObject arguments) =>
        TellBittorrentDhtAsync(0, "query", ("host", host), ("port", port), ("q", query), ("a", arguments));

    private async Task<JsonElement> TellAsync(string program, int node, string what, (string Name, JsonNode? Value)[] arguments)
    {
        JsonObject request = new() { ["node"] = node, ["do"] = what };
        foreach ((string name, JsonNode? value) in arguments)
        {
            request[name] = value;
        }

        LabResult answered = await Host.RunAsync($"socat -t{AskLimit.TotalSeconds} - UNIX-CONNECT:{Scripts}/{program}.sock", AskLimit, request.ToJsonString() + "\n");
        JsonElement answer = JsonDocument.Parse(answered.EnsureSuccess().Output).RootElement.Clone();
        return answer.TryGetProperty("error", out JsonElement error) ? throw new LabException($"{program} {node} {what}: {error}") : answer;
    }

    private async Task SettleAsync()
    {
        foreach (int node in (int[])[0, LibtorrentNodes / 2, LibtorrentNodes - 1])
        {
            await LabWait.UntilAsync($"libtorrent's node {node} knows others", StartLimit, async () =>
            {
                JsonElement state = await TellLibtorrentAsync(node, "state");
                return state.GetProperty("nodes").GetInt32() >= LibtorrentNodes / 2 ? null : $"{state}";
            });
        }
    }
}
