using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Kith.Lab.Harness;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Lab.Tunnel;

/// <summary>
/// The tunnel against wireguard-go, set up by `wg`:
/// <code>
/// k (TunnelMachine on a UDP socket) ── lan ── w (wireguard-go, one interface per variant)
/// </code>
/// Pings run inside, one a second in each family, and must all be answered, through a renewal of the session.
/// </summary>
public sealed partial class WireGuardInteropTests
{
    // Renewal begins with the first packet after 120 s.
    private const int PingsThroughRenewal = 135;

    private static readonly int[] s_payloads = [56, 0, 1, 7, 1300, 333];

    [Fact]
    public async Task every_variant_carries_both_families_through_a_renewal()
    {
        await using LabNetwork lab = LabNetwork.Create("wireguard-go", "wg", "ping");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost k = lab.AddHost("k", lan);
        LabHost w = lab.AddHost("w", lan);
        List<Task<string?>> variants = [];
        for (int number = 0; number < 8; number++)
        {
            bool kithInitiates = (number & 1) != 0;
            bool outsideV6 = (number & 2) != 0;
            bool withPresharedKey = (number & 4) != 0;
            variants.Add(RunVariantAsync(k, w, number, kithInitiates, outsideV6, withPresharedKey));
        }

        string?[] failures = await Task.WhenAll(variants);
        Assert.True(failures.All(failure => failure is null), string.Join('\n', failures.Where(failure => failure is not null)));
    }

    [Fact]
    public async Task wireguard_proves_its_address_when_kith_is_under_load()
    {
        await using LabNetwork lab = LabNetwork.Create("wireguard-go", "wg", "ping");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost k = lab.AddHost("k", lan);
        LabHost w = lab.AddHost("w", lan);
        WireGuardInterface wireGuard = await WireGuardInterface.StartAsync(w, 1);
        using TunnelEchoHost kith = await TunnelEchoHost.CreateAsync(k, outsideV6: false, new TunnelOptions { HandshakesPerSecondBeforeCookies = 0 });
        kith.Start(wireGuard.PublicKey, [], default);
        await wireGuard.AddPeerAsync(kith.PublicKey, [], $"{k.IPv4}:{kith.Port}");

        // The first initiation is answered by a cookie, and the next comes five seconds later.
        (await w.RunAsync("ping -c1 -W10 10.66.1.2")).EnsureSuccess();
        Assert.Equal(1, kith.CookiesSent);
        Assert.Equal(1, kith.Peer.InitiationsAccepted);
    }

    [Fact]
    public async Task no_session_comes_of_different_preshared_keys()
    {
        await using LabNetwork lab = LabNetwork.Create("wireguard-go", "wg", "ping");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost k = lab.AddHost("k", lan);
        LabHost w = lab.AddHost("w", lan);
        WireGuardInterface wireGuard = await WireGuardInterface.StartAsync(w, 1);
        using TunnelEchoHost kith = await TunnelEchoHost.CreateAsync(k, outsideV6: false);
        kith.Start(wireGuard.PublicKey, RandomNumberGenerator.GetBytes(32), default);
        await wireGuard.AddPeerAsync(kith.PublicKey, RandomNumberGenerator.GetBytes(32), $"{k.IPv4}:{kith.Port}");
        Assert.False((await w.RunAsync("ping -c3 -W1 10.66.1.2")).Succeeded);
        Assert.Equal(0, await wireGuard.LatestHandshakeAsync());
        Assert.Equal(0, kith.RequestsAnswered);
    }

    /// <summary>Runs one variant; null if all is well, otherwise what is not.</summary>
    private static async Task<string?> RunVariantAsync(LabHost k, LabHost w, int number, bool kithInitiates, bool outsideV6, bool withPresharedKey)
    {
        string name = $"{(kithInitiates ? "kith" : "wireguard-go")} initiates, IPv{(outsideV6 ? 6 : 4)} outside, {(withPresharedKey ? "with" : "without")} preshared key";
        byte[] presharedKey = withPresharedKey ? RandomNumberGenerator.GetBytes(32) : [];
        WireGuardInterface wireGuard = await WireGuardInterface.StartAsync(w, number);
        using TunnelEchoHost kith = await TunnelEchoHost.CreateAsync(k, outsideV6);
        string endpointOfKith = outsideV6 ? $"[{k.IPv6}]:{kith.Port}" : $"{k.IPv4}:{kith.Port}";
        InternetEndpoint endpointOfWireGuard = new(
            InternetAddress.FromBytes((outsideV6 ? w.IPv6 : w.IPv4).GetAddressBytes()), (ushort)wireGuard.Port);
        await wireGuard.AddPeerAsync(kith.PublicKey, presharedKey, kithInitiates ? null : endpointOfKith);
        kith.Start(wireGuard.PublicKey, presharedKey, kithInitiates ? endpointOfWireGuard : default);
        int lost = kithInitiates ? await PingFromKithAsync(kith, wireGuard) : await PingFromWireGuardAsync(w, wireGuard);
        long age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - await wireGuard.LatestHandshakeAsync();

        // One handshake and one renewal. wireguard-go arms its retry after it has sent, so a response that is quick enough makes it repeat a handshake that was done.
        long ours = kith.Peer.InitiationsSent;
        long theirs = kith.Peer.InitiationsAccepted;
        bool renewed = kithInitiates ? ours is 2 or 3 && theirs == 0 : theirs is >= 2 and <= 4 && ours == 0;
        return lost == 0 && renewed && kith.Peer.HandshakesCompleted >= 2 && age is >= 0 and < 60
            ? null
            : $"{name}: lost {lost}, initiations sent {ours} and accepted {theirs}, "
                + $"sessions {kith.Peer.HandshakesCompleted}, last handshake {age} s ago, events {string.Join(' ', kith.Events)}";
    }

    private static async Task<int> PingFromKithAsync(TunnelEchoHost kith, WireGuardInterface wireGuard)
    {
        for (ushort sequence = 0; sequence < PingsThroughRenewal; sequence++)
        {
            int payload = s_payloads[sequence % s_payloads.Length];
            kith.Ping(wireGuard.Address(isV4: true, 2), wireGuard.Address(isV4: true, 1), sequence, payload);
            kith.Ping(wireGuard.Address(isV4: false, 2), wireGuard.Address(isV4: false, 1), sequence, payload);
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }

        return (2 * PingsThroughRenewal) - kith.RepliesReceived;
    }

    private static async Task<int> PingFromWireGuardAsync(LabHost w, WireGuardInterface wireGuard)
    {
        TimeSpan limit = TimeSpan.FromSeconds(PingsThroughRenewal + 30);
        LabResult[] results = await Task.WhenAll(
            w.RunAsync($"ping -n -c{PingsThroughRenewal} -s 1301 -W5 {wireGuard.Address(isV4: true, 2)}", limit),
            w.RunAsync($"ping -n -c{PingsThroughRenewal} -s 57 -W5 {wireGuard.Address(isV4: false, 2)}", limit));
        return (2 * PingsThroughRenewal) - results.Sum(result => int.Parse(Received().Match(result.Output).Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("([0-9]+) received")]
    private static partial Regex Received();
}
