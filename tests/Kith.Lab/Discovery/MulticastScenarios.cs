using Kith.Lab.Harness;
using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Identity;

namespace Kith.Lab.Discovery;

/// <summary>
/// Multicast DNS with real sockets, next to avahi (0.8) as the other implementation:
/// <code>
///   alice ── lan ── bob
///             └──── carol
/// </code>
/// </summary>
public sealed class MulticastScenarios
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private static LanNetwork Network { get; } = new(new NetworkId([.. Enumerable.Repeat((byte)77, 32)]), [.. Enumerable.Repeat((byte)78, 32)]);

    private static Task<TimeSpan> UntilFoundAsync(LanEnd who, LanEnd whom, Func<LanEvent, bool>? where = null) =>
        LabWait.UntilAsync($"{whom.Id} is found", s_limit, () => Task.FromResult(who.Found.Any(found => found.Node == whom.Id && (where?.Invoke(found) ?? true)) ? null : "not found"));

    // The message bus and avahi, in the host's own /run.
    private static async Task StartAvahiAsync(LabHost host)
    {
        (await host.RunAsync("mkdir -p /run/dbus /run/avahi-daemon && chmod 755 /run/dbus /run/avahi-daemon && chown avahi:avahi /run/avahi-daemon")).EnsureSuccess();
        host.Start("dbus-daemon --system --nofork --nopidfile");
        await LabWait.UntilSucceedsAsync(host, "test -S /run/dbus/system_bus_socket", s_limit);
        host.Start("avahi-daemon --no-drop-root --no-chroot --no-rlimits");
        await LabWait.UntilSucceedsAsync(host, "avahi-browse -apt", s_limit);
    }

    [Fact]
    public async Task members_find_each_other_over_both_families_and_again_after_an_address_changed()
    {
        await using LabNetwork lab = LabNetwork.Create("ip");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost a = lab.AddHost("alice", lan);
        LabHost b = lab.AddHost("bob", lan);
        using LanEnd alice = await LanEnd.StartAsync(a, 1);
        using LanEnd bob = await LanEnd.StartAsync(b, 2, 5999);
        Assert.Equal(2, alice.JoinedCount);
        alice.Use(static machine => machine.SetNetworks([Network]));
        bob.Use(static machine => machine.SetNetworks([Network]));
        TimeSpan took = await UntilFoundAsync(alice, bob, static found => found.Endpoint.Address.IsV4);
        await UntilFoundAsync(bob, alice, static found => found.Endpoint is { Address.IsLinkLocalV6: true, Scope: > 0, Port: 5484 });
        await UntilFoundAsync(alice, bob, static found => found.Endpoint is { Address.IsLinkLocalV6: true, Port: 5999 });
        Assert.Contains(alice.Found, found => found.Endpoint.Address.ToString() == b.IPv4.ToString());
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));

        string moved = b.IPv4.ToString()[..(b.IPv4.ToString().LastIndexOf('.') + 1)] + "222";
        (await b.RunAsync($"ip addr del {b.IPv4}/24 dev eth0 && ip addr add {moved}/24 dev eth0")).EnsureSuccess();
        await UntilFoundAsync(alice, bob, found => found.Endpoint.Address.ToString() == moved);
    }

    [Fact]
    public async Task holder_of_an_invite_finds_a_member()
    {
        await using LabNetwork lab = LabNetwork.Create("ip");
        LabSwitch lan = lab.AddSwitch("lan");
        LanInvite invite = new(Network.Id, new Protocol.Wire.Bytes32([.. Enumerable.Repeat((byte)5, 32)]));
        using LanEnd alice = await LanEnd.StartAsync(lab.AddHost("alice", lan), 1);
        alice.Use(machine =>
        {
            machine.SetNetworks([Network]);
            machine.SetInvites([invite]);
        });
        using LanEnd carol = await LanEnd.StartAsync(lab.AddHost("carol", lan), 3);
        carol.Use(machine => machine.BeginJoin(invite));
        TimeSpan took = await UntilFoundAsync(carol, alice, found => found.InviteKey == invite.PublicKey);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
        Assert.Empty(alice.Found);
    }

    [Fact]
    public async Task avahi_shows_and_resolves_what_is_announced_and_forgets_what_is_taken_back()
    {
        await using LabNetwork lab = LabNetwork.Create("avahi-daemon", "avahi-browse", "dbus-daemon");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost a = lab.AddHost("alice", lan);
        LabHost b = lab.AddHost("bob", lan);
        await StartAvahiAsync(a);

        // One on the very machine that avahi runs on, one elsewhere.
        LanEnd alice = await LanEnd.StartAsync(a, 1);
        LanEnd bob = await LanEnd.StartAsync(b, 2, 5999);
        try
        {
            alice.Use(static machine => machine.SetNetworks([Network]));
            bob.Use(static machine => machine.SetNetworks([Network]));
            await UntilFoundAsync(alice, bob);
            await UntilFoundAsync(bob, alice);

            LabResult shown = await a.RunAsync("avahi-browse -rptk _kith._udp", s_limit);
            string[] resolved = [.. shown.Text.Split('\n').Where(static line => line.StartsWith('='))];
            Assert.Contains(resolved, line => IsOf(line, b, 5999));
            Assert.Contains(resolved, line => IsOf(line, a, 5484));
            Assert.All(resolved, static line => Assert.Contains("\"v=1\"", line, StringComparison.Ordinal));

            LabResult types = await a.RunAsync("avahi-browse -aptk", s_limit);
            Assert.Contains("_kith._udp", types.Text, StringComparison.Ordinal);
        }
        finally
        {
            bob.Dispose();
            alice.Dispose();
        }

        // Taken back: gone a second later (RFC 6762 section 10.1), not when the records expire.
        await LabWait.UntilAsync("avahi forgets", s_limit, async () => (await a.RunAsync("avahi-browse -ptk _kith._udp", s_limit)).Text is { Length: > 0 } text ? text : null);
    }

    [Fact]
    public async Task members_find_each_other_where_avahi_has_the_port_too()
    {
        await using LabNetwork lab = LabNetwork.Create("avahi-daemon", "avahi-browse", "dbus-daemon");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost a = lab.AddHost("alice", lan);
        LabHost b = lab.AddHost("bob", lan);
        await StartAvahiAsync(a);
        await StartAvahiAsync(b);
        using LanEnd alice = await LanEnd.StartAsync(a, 1);
        using LanEnd bob = await LanEnd.StartAsync(b, 2);
        alice.Use(static machine => machine.SetNetworks([Network]));
        bob.Use(static machine => machine.SetNetworks([Network]));
        await UntilFoundAsync(alice, bob);
        await UntilFoundAsync(bob, alice);
    }

    // =;eth0;IPv4;INSTANCE;_kith._udp;local;HOST.local;ADDRESS;PORT;TXT
    private static bool IsOf(string line, LabHost host, int port)
    {
        string[] fields = line.Split(';');
        return fields.Length > 8 && fields[7] == host.IPv4.ToString() && fields[8] == port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
