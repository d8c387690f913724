using Kith.Lab.Harness;
using Kith.Protocol.Wire;

namespace Kith.Lab.Tunnel;

/// <summary>One interface of wireguard-go in a lab host, set up by `wg`. Inside it is 10.66.N.1 and fd66:N::1, and its only peer .2 and ::2.</summary>
internal sealed class WireGuardInterface
{
    private readonly LabHost _host;
    private readonly int _number;

    private WireGuardInterface(LabHost host, int number, Bytes32 publicKey)
    {
        _host = host;
        _number = number;
        PublicKey = publicKey;
    }

    public string Name => $"wg{_number}";

    public int Port => PortOf(_number);

    public Bytes32 PublicKey { get; }

    public InternetAddress Address(bool isV4, int hostNumber) =>
        InternetAddress.TryParse(isV4 ? $"10.66.{_number}.{hostNumber}" : $"fd66:{_number}::{hostNumber}", out InternetAddress address)
            ? address
            : throw new LabException("a bad address");

    public static async Task<WireGuardInterface> StartAsync(LabHost host, int number)
    {
        host.Start($"wireguard-go -f wg{number}");
        await LabWait.UntilSucceedsAsync(host, $"wg show wg{number}", TimeSpan.FromSeconds(20));
        string key = (await host.RunAsync(
            $"""
            set -e
            umask 077
            wg genkey > /run/wg{number}.key
            wg set wg{number} listen-port {PortOf(number)} private-key /run/wg{number}.key
            ip addr add 10.66.{number}.1/24 dev wg{number}
            ip addr add fd66:{number}::1/64 dev wg{number} nodad
            ip link set wg{number} mtu 1380 up
            wg show wg{number} public-key
            """)).EnsureSuccess().Text;
        return new WireGuardInterface(host, number, new Bytes32(Convert.FromBase64String(key)));
    }

    /// <summary>Makes the peer known; with an endpoint wireguard-go can begin a handshake, without it only answer.</summary>
    public async Task AddPeerAsync(Bytes32 publicKey, byte[] presharedKey, string? endpoint)
    {
        string command = $"wg set {Name} peer {Convert.ToBase64String(publicKey.ToArray())} allowed-ips 10.66.{_number}.2/32,fd66:{_number}::2/128"
            + (endpoint is null ? "" : $" endpoint {endpoint}")
            + (presharedKey.Length == 0 ? "" : " preshared-key /dev/stdin");
        (await _host.RunAsync(command, input: Convert.ToBase64String(presharedKey) + "\n")).EnsureSuccess();
    }

    /// <summary>When the last handshake was, in Unix seconds; 0 for never.</summary>
    public async Task<long> LatestHandshakeAsync()
    {
        string text = (await _host.RunAsync($"wg show {Name} latest-handshakes")).EnsureSuccess().Text;
        return long.Parse(text.Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static int PortOf(int number) => 51820 + number;
}
