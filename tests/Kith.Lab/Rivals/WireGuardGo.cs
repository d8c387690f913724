using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>wireguard-go, the user-space WireGuard, configured with wg.</summary>
internal sealed class WireGuardGo : Contender
{
    public override string Name => "wireguard-go";

    public override IReadOnlyList<string> Tools => ["wireguard-go", "wg"];

    public override string VersionCommand => "dpkg-query -W -f '${Version}' wireguard-go";

    public override async Task<ContenderPair> StartAsync(LabHost a, LabHost b)
    {
        LabProcess daemon = a.Start("wireguard-go -f wg0");
        b.Start("wireguard-go -f wg0");
        string keyA = await KeyAsync(a);
        string keyB = await KeyAsync(b);
        await ConfigureAsync(a, 1, keyB, $"{b.IPv4}:51820", 2);
        await ConfigureAsync(b, 2, keyA, $"{a.IPv4}:51820", 1);
        return new ContenderPair("10.90.0.2", "fd90::2", daemon);
    }

    private static async Task<string> KeyAsync(LabHost host)
    {
        await LabWait.UntilSucceedsAsync(host, "ip link show wg0", TimeSpan.FromSeconds(5));
        return (await host.RunAsync("umask 077; wg genkey > /run/wg.key; wg pubkey < /run/wg.key")).EnsureSuccess().Text;
    }

    private static async Task ConfigureAsync(LabHost host, int number, string peerKey, string endpoint, int peerNumber) =>
        (await host.RunAsync(
            $"wg set wg0 listen-port 51820 private-key /run/wg.key peer {peerKey} endpoint {endpoint} allowed-ips 10.90.0.{peerNumber}/32,fd90::{peerNumber}/128 "
            + $"&& ip addr add 10.90.0.{number}/24 dev wg0 && ip addr add fd90::{number}/64 dev wg0 nodad && ip link set wg0 up")).EnsureSuccess();
}
