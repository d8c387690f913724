using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Protocol.Discovery.Dht;

namespace Kith.Lab.Dht;

/// <summary>
/// Kith in a DHT of 24 nodes that others wrote, none of it changed for Kith:
/// <code>a, b (Kith) ── core ── 20 of libtorrent (IPv4, IPv6), 4 of npm's bittorrent-dht (IPv4), each in a network of its own</code>
/// </summary>
public sealed class ForeignNodeScenarios(DhtTown town) : IClassFixture<DhtTown>
{
    private const string AskerId = "6162636465666768696a30313233343536373839";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task kith_enters_through_either_and_becomes_known()
    {
        DhtPlace place = await town.EnterAsync();
        TimeSpan a = await place.A.UntilInDhtAsync(12);
        TimeSpan b = await place.B.UntilInDhtAsync(12);
        TimeSpan v6 = await place.A.UntilInDhtAsync(8, ipv6: true);
        LabReport.Measured($"dht: 12 nodes known {a.TotalSeconds:0.0} s after a was up, {b.TotalSeconds:0.0} s later by b, 8 over IPv6 {v6.TotalSeconds:0.0} s later");

        // Ids are bound to addresses (BEP 42): nodes that check it take Kith in.
        JsonElement status = (await place.A.TryDhtStatusAsync())!.Value;
        Assert.False(status.GetProperty("readOnly").GetBoolean());
        await LabWait.UntilAsync("nodes of libtorrent name Kith to those who ask for its id", Limit, async () =>
        {
            string id = (await place.A.TryDhtStatusAsync())!.Value.GetProperty("ipv4").GetProperty("id").GetString()!;
            int naming = 0;
            for (int node = 0; node < DhtSwarm.LibtorrentNodes; node++)
            {
                JsonElement answer = await place.Swarm.QueryAsync(DhtSwarm.AddressOf(node), DhtSwarm.Port, "find_node", new JsonObject { ["id"] = AskerId, ["target"] = id });
                naming += answer.GetProperty("r").GetProperty("nodes").GetString()!.Contains(id, StringComparison.Ordinal) ? 1 : 0;
            }

            // Their buckets are full of each other; who of them has room is chance.
            return naming >= 2 ? null : $"only {naming} of {DhtSwarm.LibtorrentNodes}";
        });
    }

    [Fact]
    public async Task kith_answers_what_others_ask()
    {
        DhtPlace place = await town.EnterAsync();
        await place.A.UntilInDhtAsync(8);
        string kith = $"{place.A.Host.IPv4}";
        string hash = Random20();

        JsonElement ping = await AskAsync(place, "ping", new JsonObject { ["id"] = AskerId });
        Assert.Equal((await place.A.TryDhtStatusAsync())!.Value.GetProperty("ipv4").GetProperty("id").GetString(), ping.GetProperty("r").GetProperty("id").GetString());

        // Where it saw us (BEP 42): address and port of who asks.
        Assert.Equal(CompactOf(DhtSwarm.AddressOf(DhtSwarm.LibtorrentNodes), DhtSwarm.AskerPort), ping.GetProperty("ip").GetString());
        JsonElement found = await AskAsync(place, "find_node", new JsonObject { ["id"] = AskerId, ["target"] = hash });
        Assert.Equal(8 * 26 * 2, found.GetProperty("r").GetProperty("nodes").GetString()!.Length);

        JsonElement peers = await AskAsync(place, "get_peers", new JsonObject { ["id"] = AskerId, ["info_hash"] = hash });
        Assert.False(peers.GetProperty("r").TryGetProperty("values", out _));
        string token = peers.GetProperty("r").GetProperty("token").GetString()!;
        await AskAsync(place, "announce_peer", new JsonObject { ["id"] = AskerId, ["info_hash"] = hash, ["port"] = 4321, ["token"] = token });
        peers = await AskAsync(place, "get_peers", new JsonObject { ["id"] = AskerId, ["info_hash"] = hash });
        Assert.Equal(CompactOf(DhtSwarm.AddressOf(DhtSwarm.LibtorrentNodes), 4321), Assert.Single(peers.GetProperty("r").GetProperty("values").EnumerateArray()).GetString());

        string target = DhtItem.CreateImmutable("11:stored here"u8).Target.ToString();
        token = (await AskAsync(place, "get", new JsonObject { ["id"] = AskerId, ["target"] = target })).GetProperty("r").GetProperty("token").GetString()!;
        await AskAsync(place, "put", new JsonObject { ["id"] = AskerId, ["token"] = token, ["v"] = Convert.ToHexStringLower("stored here"u8) });
        JsonElement kept = await AskAsync(place, "get", new JsonObject { ["id"] = AskerId, ["target"] = target });
        Assert.Equal(Convert.ToHexStringLower("stored here"u8), kept.GetProperty("r").GetProperty("v").GetString());

        // A token of somebody else is worth nothing.
        await Assert.ThrowsAsync<LabException>(() => AskAsync(place, "announce_peer", new JsonObject { ["id"] = AskerId, ["info_hash"] = hash, ["port"] = 1, ["token"] = "0000000000000000" }));

        Task<JsonElement> AskAsync(DhtPlace where, string query, JsonObject arguments) => where.Swarm.QueryAsync(kith, 5484, query, arguments);
    }

    [Fact]
    public async Task what_kith_puts_the_others_get()
    {
        DhtPlace place = await town.EnterAsync();
        await ReadyAsync(place);
        foreach ((KithHost kith, string text) in new[] { (place.A, "from a"), (place.B, "from b") })
        {
            JsonElement put = await kith.DhtAsync($"put '{text}'");
            string target = put.GetProperty("target").GetString()!;
            Assert.True(put.GetProperty("nodes").GetInt32() >= 4, $"{put}");
            Assert.Equal(text, (await place.Swarm.TellLibtorrentAsync(7, "getImmutable", ("target", target))).GetProperty("value").GetString());
            Assert.Equal(text, (await place.Swarm.TellBittorrentDhtAsync(2, "getImmutable", ("target", target))).GetProperty("value").GetString());
            foreach (string salt in (string[])["", "news"])
            {
                string options = $"--key /run/{text.Replace(' ', '-')}.key --sequence 7{(salt.Length > 0 ? " --salt " + salt : string.Empty)}";
                put = await kith.DhtAsync($"put '{text} signed {salt}' {options}");
                string key = put.GetProperty("publicKey").GetString()!;
                Assert.True(put.GetProperty("nodes").GetInt32() >= 4, $"{put}");
                JsonElement theirs = await place.Swarm.TellLibtorrentAsync(11, "getMutable", ("publicKey", key), ("salt", salt));
                Assert.Equal(($"{text} signed {salt}", 7), (theirs.GetProperty("value").GetString(), theirs.GetProperty("sequence").GetInt32()));
                theirs = await place.Swarm.TellBittorrentDhtAsync(3, "getMutable", ("publicKey", key), ("salt", salt));
                Assert.Equal(($"{text} signed {salt}", 7), (theirs.GetProperty("value").GetString(), theirs.GetProperty("sequence").GetInt32()));
            }
        }
    }

    [Fact]
    public async Task what_the_others_put_kith_gets()
    {
        DhtPlace place = await town.EnterAsync();
        await ReadyAsync(place);
        string first = (await place.Swarm.TellLibtorrentAsync(4, "putImmutable", ("value", "of libtorrent"))).GetProperty("target").GetString()!;
        string second = (await place.Swarm.TellBittorrentDhtAsync(1, "putImmutable", ("value", "of bittorrent-dht"))).GetProperty("target").GetString()!;
        foreach (KithHost kith in new[] { place.A, place.B })
        {
            Assert.Equal("of libtorrent", await kith.DhtGetAsync(first));
            Assert.Equal("of bittorrent-dht", await kith.DhtGetAsync(second));
            Assert.Null(await kith.DhtGetAsync(Random20()));
        }

        foreach (string salt in (string[])["", "blog"])
        {
            string options = salt.Length > 0 ? $" --salt {salt}" : string.Empty;
            DhtSigner one = new();
            await place.Swarm.TellLibtorrentAsync(
                5, "putMutable", ("publicKey", one.PublicKey), ("privateKey", one.ExpandedKey), ("value", "signed by libtorrent"), ("salt", salt));
            DhtSigner other = new();
            await place.Swarm.TellBittorrentDhtAsync(
                0, "putMutable", ("publicKey", other.PublicKey), ("seed", other.Seed), ("value", "signed by bittorrent-dht"), ("salt", salt), ("sequence", 3));
            Assert.Equal("signed by libtorrent", await place.A.DhtGetAsync(one.PublicKey + options));
            Assert.Equal("signed by libtorrent", await place.B.DhtGetAsync(one.PublicKey + options));
            Assert.Equal("signed by bittorrent-dht", await place.A.DhtGetAsync(other.PublicKey + options));
            Assert.Equal("signed by bittorrent-dht", await place.B.DhtGetAsync(other.PublicKey + options));

            // A newer one replaces it wherever it lies.
            await place.Swarm.TellBittorrentDhtAsync(
                2, "putMutable", ("publicKey", other.PublicKey), ("seed", other.Seed), ("value", "signed again"), ("salt", salt), ("sequence", 4));
            Assert.Equal("signed again", await place.A.DhtGetAsync(other.PublicKey + options));
        }
    }

    [Fact]
    public async Task peers_that_one_announces_the_others_find()
    {
        DhtPlace place = await town.EnterAsync();
        await ReadyAsync(place);
        string kith = $"{place.A.Host.IPv4}:5484";
        string hash = Random20();
        Assert.True((await place.A.DhtAsync($"peers {hash} --announce")).GetProperty("nodes").GetInt32() >= 4);
        Assert.Contains(kith, Texts(await place.Swarm.TellLibtorrentAsync(9, "peers", ("infoHash", hash), ("wanted", kith)), "peers"));
        Assert.Contains(kith, Texts(await place.Swarm.TellBittorrentDhtAsync(2, "peers", ("infoHash", hash)), "peers"));
        Assert.Contains(kith, Texts(await place.B.DhtAsync($"peers {hash}"), "peers"));

        string theirs = Random20();
        string libtorrent = $"{DhtSwarm.AddressOf(6)}:{DhtSwarm.Port}";
        string bittorrentDht = $"{DhtSwarm.AddressOf(DhtSwarm.LibtorrentNodes + 1)}:7777";
        await place.Swarm.TellLibtorrentAsync(6, "announce", ("infoHash", theirs));
        await place.Swarm.TellBittorrentDhtAsync(1, "announce", ("infoHash", theirs), ("port", 7777));
        foreach (KithHost asking in new[] { place.A, place.B })
        {
            await LabWait.UntilAsync($"{asking.Host.Name} finds both peers", Limit, async () =>
            {
                IReadOnlyList<string> peers = Texts(await asking.DhtAsync($"peers {theirs}"), "peers");
                return peers.Contains(libtorrent) && peers.Contains(bittorrentDht) ? null : string.Join(' ', peers);
            });
        }
    }

    // c has IPv6 only, so all it knows and does goes over BEP 32.
    [Fact]
    public async Task over_ipv6_alone_it_is_the_same()
    {
        DhtPlace place = await town.EnterAsync();
        KithHost c = new(place.Internet.AddPublic("c", ipv4: false));
        await c.UpAsync($"--no-stun --dht-bootstrap {DhtSwarm.LibtorrentEndpointV6}");
        await c.UntilInDhtAsync(8, ipv6: true);
        Assert.Equal(0, (await c.TryDhtStatusAsync())!.Value.GetProperty("ipv4").GetProperty("nodes").GetInt32());
        string target = (await c.DhtAsync("put 'over six'")).GetProperty("target").GetString()!;
        Assert.Equal("over six", (await place.Swarm.TellLibtorrentAsync(13, "getImmutable", ("target", target))).GetProperty("value").GetString());
        DhtSigner signer = new();
        await place.Swarm.TellLibtorrentAsync(
            14, "putMutable", ("publicKey", signer.PublicKey), ("privateKey", signer.ExpandedKey), ("value", "back over six"), ("salt", string.Empty));
        Assert.Equal("back over six", await c.DhtGetAsync(signer.PublicKey));
        await c.StopAsync();
    }

    private static async Task ReadyAsync(DhtPlace place)
    {
        await place.A.UntilInDhtAsync(12);
        await place.B.UntilInDhtAsync(12);
    }

    private static IReadOnlyList<string> Texts(JsonElement answer, string name) => [.. answer.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];

    private static string Random20() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    private static string CompactOf(string address, int port) =>
        Convert.ToHexStringLower([.. System.Net.IPAddress.Parse(address).GetAddressBytes(), (byte)(port >> 8), (byte)port]);
}
