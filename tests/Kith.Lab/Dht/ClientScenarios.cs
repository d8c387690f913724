using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Dht;

/// <summary>
/// A DHT of Kith alone, at private addresses, which serves two ordinary clients that know no tracker and no other node:
/// <code>
///   k1 (begins it) ─┬─ k2 ── seeder (aria2)
///                   └─ k3 ── leecher (aria2), with nothing but an info-hash          all on one LAN
/// </code>
/// </summary>
[Collection(LabSettings.Distant)]
public sealed class ClientScenarios
{
    private const string Options =
        "--enable-dht=true --enable-dht6=false --dht-listen-port=6881 --listen-port=6881 --bt-enable-lpd=false --enable-peer-exchange=false --dht-file-path=/run/dht.dat --no-conf --console-log-level=notice --summary-interval=5";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    [Fact]
    public async Task two_clients_of_bittorrent_find_each_other_through_kith_alone()
    {
        await using LabNetwork lab = LabNetwork.Create("aria2c", "python3", "sha256sum");
        KithHost.Require();
        DhtRequirements.Require();
        LabSwitch lan = lab.AddSwitch("lan", ipv6: string.Empty);
        KithHost[] nodes = [.. Enumerable.Range(1, 3).Select(number => new KithHost(lab.AddHost($"k{number}", lan)))];
        LabHost seeder = lab.AddHost("seeder", lan);
        LabHost leecher = lab.AddHost("leecher", lan);
        await nodes[0].UpAsync("--no-stun --no-port-mapping --dht-bootstrap none");
        foreach (KithHost node in nodes.Skip(1))
        {
            await node.UpAsync($"--no-stun --no-port-mapping --dht-bootstrap {nodes[0].Host.IPv4}:5484");
        }

        foreach (KithHost node in nodes)
        {
            await node.UntilInDhtAsync(2);
        }

        (await seeder.RunAsync("mkdir -p /run/files && head -c 3000000 /dev/urandom > /run/files/page")).EnsureSuccess();
        string hash = (await seeder.RunAsync($"/usr/bin/python3 - <<'END'\n{DhtRequirements.ReadScript("make_torrent.py")}\nEND")).EnsureSuccess().Text;
        Assert.Matches("^[0-9a-f]{40}$", hash);
        seeder.Start($"aria2c {Options} --dht-entry-point={nodes[1].Host.IPv4}:5484 --seed-ratio=0.0 --check-integrity=true -d /run/files /run/page.torrent");

        // Whoever holds the announcement tells anybody; Kith itself is asked first.
        await LabWait.UntilAsync("the seeder has announced itself", Limit, async () =>
            $"{await nodes[0].DhtAsync($"peers {hash}")}" is var peers && peers.Contains($"{seeder.IPv4}:6881", StringComparison.Ordinal) ? null : peers, TimeSpan.FromSeconds(1));
        LabProcess download = leecher.Start($"aria2c {Options} --dht-entry-point={nodes[2].Host.IPv4}:5484 --seed-time=0 -d /run/files magnet:?xt=urn:btih:{hash}");
        int code = await download.WaitForExitAsync(Limit);
        Assert.True(code == 0, download.Output);
        Assert.Equal((await seeder.RunAsync("sha256sum < /run/files/page")).EnsureSuccess().Text, (await leecher.RunAsync("sha256sum < /run/files/page")).EnsureSuccess().Text);
    }
}
