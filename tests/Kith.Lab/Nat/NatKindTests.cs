using System.Net;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>The lab's translators tried with plain sockets:  device ── router ── core ─┬─ first public machine
///                                                                             └─ second public machine</summary>
[Collection(LabSettings.Patient)]
public sealed class NatKindTests
{
    private static readonly string[] Tools = ["nft", "conntrack"];

    [Theory]
    [InlineData(nameof(NatKind.None), true, true, true)]
    [InlineData(nameof(NatKind.FullCone), true, true, true)]
    [InlineData(nameof(NatKind.AddressRestricted), true, true, false)]
    [InlineData(nameof(NatKind.PortRestricted), true, false, false)]
    [InlineData(nameof(NatKind.Symmetric), false, false, false)]
    [InlineData(nameof(NatKind.Stepping), false, false, false)]
    public async Task each_kind_maps_and_filters_as_its_name_says(string name, bool oneMapping, bool otherPortPasses, bool strangerPasses)
    {
        NatKind kind = Enum.Parse<NatKind>(name);
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab);
        LabHome home = internet.AddHome("home", new NatOptions(kind));
        using NatProbe probe = await NatProbe.OpenAsync(home.Device, internet.AddPublic("first"), internet.AddPublic("second"));

        IPEndPoint seen = Seen(probe, 0);
        Assert.Equal(otherPortPasses, probe.Admits(1, seen, friend: 0));
        Assert.Equal(strangerPasses, probe.Admits(2, seen, friend: 0));

        IPEndPoint seenByOtherPort = Seen(probe, 1);
        IPEndPoint seenByOther = Seen(probe, 2);
        Assert.Equal(kind == NatKind.None ? home.Device.IPv4 : home.Nat!.Outside, seen.Address);
        Assert.Equal(oneMapping, seen.Port == seenByOtherPort.Port && seen.Port == seenByOther.Port);
        Assert.Equal(seen, Seen(probe, 0));
        if (oneMapping)
        {
            Assert.Equal(5484, seen.Port);
        }

        if (kind == NatKind.Stepping)
        {
            Assert.Equal((seen.Port + 1, seen.Port + 2), (seenByOtherPort.Port, seenByOther.Port));
        }

        if (kind == NatKind.Symmetric)
        {
            int[] more = [seen.Port, seenByOtherPort.Port, seenByOther.Port, Seen(probe, 3).Port];
            Assert.Equal(4, more.Distinct().Count());
            Assert.True(more.Max() - more.Min() > 100, "random ports in a row: " + string.Join(' ', more));
        }
    }

    [Fact]
    public async Task what_came_unasked_does_not_take_the_port_of_the_mapping()
    {
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab);
        LabHome home = internet.AddHome("home", new NatOptions());
        using NatProbe probe = await NatProbe.OpenAsync(home.Device, internet.AddPublic("first"), internet.AddPublic("second"));
        IPEndPoint expected = new(home.Nat!.Outside!, 5484);
        Assert.False(probe.Reaches(2, expected));
        Assert.Equal(expected, Seen(probe, 2));
        Assert.True(probe.Reaches(2, expected));
    }

    [Fact]
    public async Task a_datagram_with_two_hops_opens_the_way_and_dies_at_the_core()
    {
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab);
        LabHome home = internet.AddHome("home", new NatOptions());
        using NatProbe probe = await NatProbe.OpenAsync(home.Device, internet.AddPublic("first"), internet.AddPublic("second"));
        IPEndPoint mapping = Seen(probe, 0);
        Assert.False(probe.Reaches(3, mapping));
        Assert.False(probe.SendBriefly(3, hops: 2));
        Assert.True(probe.Reaches(3, mapping));
        Assert.True(probe.SendBriefly(3, hops: 3));
    }

    [Fact]
    public async Task a_mapping_ends_with_its_life_and_when_the_router_forgets()
    {
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab);
        LabHome home = internet.AddHome("home", new NatOptions { MappingLife = TimeSpan.FromSeconds(3) });
        using NatProbe probe = await NatProbe.OpenAsync(home.Device, internet.AddPublic("first"), internet.AddPublic("second"));
        IPEndPoint mapping = Seen(probe, 0);
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.False(probe.Reaches(0, mapping));

        home.Nat!.Options = new NatOptions();
        Assert.Equal(mapping, Seen(probe, 0));
        Assert.True(probe.Reaches(0, mapping));
        home.Nat.Forget();
        Assert.False(probe.Reaches(0, mapping));

        // A router that starts anew may map to another port.
        home.Nat.Options = new NatOptions { Holds = [new NatHold(home.Device.IPv4, 5484, 40_000)] };
        home.Nat.Forget();
        Assert.Equal(new IPEndPoint(home.Nat.Outside!, 40_000), Seen(probe, 0));
    }

    // Two networks of one router, which do not reach each other inside it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task hairpin_leads_back_to_a_device_of_the_same_router(bool hairpin)
    {
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab);
        LabHome home = internet.AddHome("home", new NatOptions { Hairpin = hairpin });
        LabHome guest = internet.AddSecondNetwork("guest", home);
        home.Nat!.Options = home.Nat.Options with { Holds = [new NatHold(guest.Device.IPv4, 5484, 5485)] };
        LabHost[] outside = [internet.AddPublic("first"), internet.AddPublic("second")];
        using NatProbe probe = await NatProbe.OpenAsync(home.Device, outside[0], outside[1]);
        IPEndPoint mapping = Seen(probe, 0);
        Assert.Equal(5484, mapping.Port);
        probe.Dispose();
        using NatProbe again = await NatProbe.OpenAsync(guest.Device, outside[0], outside[1]);
        IPEndPoint guestMapping = Seen(again, 0);
        Assert.Equal(new IPEndPoint(mapping.Address, 5485), guestMapping);
        using System.Net.Sockets.Socket device = await home.Device.InvokeAsync(() =>
        {
            System.Net.Sockets.Socket made = new(System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
            made.Bind(new IPEndPoint(IPAddress.Any, 5484));
            return made;
        });
        device.SendTo(new byte[8], guestMapping);
        Assert.Equal(hairpin ? mapping : null, again.NextSender(hairpin));
        Assert.False((await home.Device.RunAsync($"ping -c1 -W1 {guest.Device.IPv4}")).Succeeded);
    }

    [Fact]
    public async Task a_carriers_translator_stands_above_those_of_homes()
    {
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab);
        LabCarrier carrier = internet.AddCarrier("carrier", new NatOptions(NatKind.Symmetric));
        LabHome home = internet.AddHome("home", new NatOptions(), carrier);
        using NatProbe probe = await NatProbe.OpenAsync(home.Device, internet.AddPublic("first"), internet.AddPublic("second"));
        IPEndPoint seen = Seen(probe, 0);
        Assert.Equal(carrier.Nat.Outside, seen.Address);
        Assert.NotEqual(seen.Port, Seen(probe, 2).Port);
        Assert.True(probe.Reaches(0, seen));
        Assert.False(probe.Reaches(1, seen));
    }

    [Fact]
    public async Task an_ipv6_firewall_lets_in_only_what_was_asked_for()
    {
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab, ipv6: true);
        LabHome home = internet.AddHome("home", new NatOptions { IPv6 = true, IPv4 = false });
        using NatProbe probe = await NatProbe.OpenAsync(home.Device, internet.AddPublic("first"), internet.AddPublic("second"), ipv6: true);
        IPEndPoint at = new(home.Device.IPv6, 5484);
        Assert.False(probe.Reaches(0, at));
        Assert.Equal(at, Seen(probe, 0));
        Assert.True(probe.Reaches(0, at));
        Assert.False(probe.Reaches(1, at));
    }

    [Fact]
    public async Task udp_can_be_blocked()
    {
        await using LabNetwork lab = LabNetwork.Create([.. Tools, "ping"]);
        LabInternet internet = new(lab);
        LabHome home = internet.AddHome("home", new NatOptions { UdpBlocked = true });
        LabHost first = internet.AddPublic("first");
        using NatProbe probe = await NatProbe.OpenAsync(home.Device, first, internet.AddPublic("second"));
        (await home.Device.RunAsync($"ping -c1 -W2 {first.IPv4}")).EnsureSuccess();
        Assert.False(probe.SendBriefly(0, hops: 64));
        home.Nat!.Options = new NatOptions();
        Assert.True(probe.SendBriefly(0, hops: 64));
    }

    private static IPEndPoint Seen(NatProbe probe, int outside) => probe.Observe(outside) ?? throw new LabException($"outside {outside} received nothing");
}
