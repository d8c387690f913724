using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Tests.Paths.PortMapping;

/// <summary>A mapper and a gateway that does as it should: finding, keeping, moving, removing.</summary>
public sealed class PortMapperTests
{
    public static TheoryData<MappingProtocol> Each => [MappingProtocol.Pcp, MappingProtocol.NatPmp, MappingProtocol.Upnp];

    [Theory]
    [MemberData(nameof(Each))]
    public void each_protocol_maps_by_itself(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol).Begin();
        Assert.Equal("198.51.100.7:5484", Assert.Single(world.Told).ToString());
        Assert.Equal((protocol, MapperWorld.Data), (world.Held!.By, world.Held.Wish));
        Assert.Equal(world.Route.Client, world.Gateway.Table[(MappedTransport.Udp, 5484)].Client);
        Assert.Equal(MappingFinding.Present, world.Finding(protocol).Finding);
        world.Run(TimeSpan.FromMinutes(5));
        Assert.All(Each.Where(other => other != protocol), other => Assert.Equal(MappingFinding.Absent, world.Finding(other).Finding));
    }

    // All three are asked, and one alone maps.
    [Fact]
    public void the_best_of_several_maps_and_the_others_only_look()
    {
        MapperWorld world = new MapperWorld(MappingProtocol.All).Begin();
        Assert.Equal(MappingProtocol.Pcp, world.Held!.By);
        Assert.Single(world.Gateway.Log, entry => entry.StartsWith("pcp map", StringComparison.Ordinal));
        Assert.DoesNotContain(world.Gateway.Log, entry => entry.StartsWith("natpmp map", StringComparison.Ordinal) || entry.Contains("PortMapping", StringComparison.Ordinal));
        Assert.Contains("natpmp address", world.Gateway.Log);
        Assert.Equal(MappingFinding.Present, world.Finding(MappingProtocol.NatPmp).Finding);
        Assert.Equal((MappingFinding.Present, "lab gateway"), (world.Finding(MappingProtocol.Upnp).Finding, world.Finding(MappingProtocol.Upnp).Detail));

        world = new MapperWorld(MappingProtocol.NatPmp | MappingProtocol.Upnp).Begin();
        Assert.Equal(MappingProtocol.NatPmp, world.Held!.By);
        Assert.DoesNotContain("AddAnyPortMapping", world.Gateway.Log);
    }

    [Fact]
    public void only_what_is_wanted_is_asked()
    {
        MapperWorld world = new MapperWorld(MappingProtocol.All, MappingProtocol.NatPmp).Begin();
        Assert.Equal(MappingProtocol.NatPmp, world.Held!.By);
        Assert.All(world.Gateway.Log, entry => Assert.StartsWith("natpmp", entry, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void a_mapping_lives_as_long_as_it_is_wanted(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol).Begin();
        int changes = world.Changes;
        for (int hour = 0; hour < 48; hour++)
        {
            world.Run(TimeSpan.FromHours(1));
            Assert.True(world.Gateway.Table[(MappedTransport.Udp, 5484)].Until > world.Now, $"run out in hour {hour}");
        }

        Assert.Equal(changes, world.Changes);
        Assert.InRange(world.Held!.Left!.Value, TimeSpan.FromMinutes(30), TimeSpan.FromHours(2));
    }

    // RFC 6887 section 11.2.1: between a half and five eighths of the life; never closer than four seconds.
    [Fact]
    public void renewals_come_at_half_of_the_life_that_was_granted()
    {
        MapperWorld world = new(MappingProtocol.Pcp, MappingProtocol.Pcp);
        world.Gateway.LifetimeMax = TimeSpan.FromSeconds(80);
        world.Begin();
        world.Gateway.Log.Clear();
        world.Run(TimeSpan.FromSeconds(36));
        Assert.Empty(world.Gateway.Log);
        world.Run(TimeSpan.FromSeconds(12));
        Assert.Equal(["pcp map 7200"], world.Gateway.Log);

        world.Gateway.LifetimeMax = TimeSpan.FromSeconds(1);
        world.Run(TimeSpan.FromSeconds(60));
        world.Gateway.Log.Clear();
        world.Run(TimeSpan.FromSeconds(60));
        Assert.InRange(world.Gateway.Log.Count, 10, 62);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void what_is_not_renewed_is_told_no_more_and_comes_back(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol).Begin();
        world.Gateway.IsSilent = true;
        world.Run(TimeSpan.FromHours(3));
        Assert.Empty(world.Told);
        world.Gateway.IsSilent = false;
        world.Run(PortMappingLimits.AbsentRetry * 2);
        Assert.Single(world.Told);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void a_gateway_that_restarted_in_silence_is_found_out_within_the_check_interval(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol).Begin();
        world.Run(TimeSpan.FromMinutes(20));
        world.Gateway.Restart(world.Now);
        world.Run(PortMappingLimits.CheckInterval + TimeSpan.FromSeconds(6));
        Assert.Single(world.Gateway.Table);
        Assert.Single(world.Told);
    }

    [Theory]
    [InlineData(MappingProtocol.Pcp, true)]
    [InlineData(MappingProtocol.Pcp, false)]
    [InlineData(MappingProtocol.NatPmp, true)]
    [InlineData(MappingProtocol.NatPmp, false)]
    public void an_announcement_of_either_kind_brings_the_mapping_back_at_once(MappingProtocol protocol, bool announcesPcp)
    {
        MapperWorld world = new MapperWorld(protocol).Begin();
        world.Run(TimeSpan.FromMinutes(20));
        world.Gateway.Restart(world.Now);
        world.Run(TimeSpan.FromSeconds(1));
        world.Deliver(PortMappingSpecification.GatewayPort, world.Gateway.Announcement(world.Now, announcesPcp));
        world.Run(PortMappingSpecification.AnnouncementSpread);
        Assert.Single(world.Gateway.Table);
        Assert.Single(world.Told);
    }

    [Fact]
    public void an_announcement_without_a_restart_costs_one_small_question_in_two_seconds()
    {
        MapperWorld world = new MapperWorld(MappingProtocol.NatPmp, MappingProtocol.NatPmp).Begin();
        world.Run(TimeSpan.FromMinutes(1));
        world.Gateway.Log.Clear();
        for (int i = 0; i < 1000; i++)
        {
            world.Deliver(PortMappingSpecification.GatewayPort, world.Gateway.Announcement(world.Now, pcp: true));
            world.Run(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(world.Gateway.Log.Count, 1, 6);
        Assert.Single(world.Told);
    }

    [Theory]
    [InlineData("byebye")]
    [InlineData("alive")]
    public void upnp_notices_a_restart_by_a_notification(string sort)
    {
        MapperWorld world = new MapperWorld(MappingProtocol.Upnp).Begin();
        world.Run(TimeSpan.FromMinutes(1));
        world.Gateway.Restart(world.Now);
        world.Deliver(PortMappingSpecification.SsdpPort, world.Gateway.Notification(sort));
        world.Run(TimeSpan.FromSeconds(12));
        Assert.Single(world.Gateway.Table);
        Assert.Single(world.Told);

        // The same again says nothing new.
        world.Gateway.Log.Clear();
        world.Deliver(PortMappingSpecification.SsdpPort, world.Gateway.Notification("alive"));
        Assert.Empty(world.Gateway.Log);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void another_outside_address_is_told(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol).Begin();
        world.Gateway.Outside = InternetAddress.FromBytes([100, 64, 3, 4]);
        world.Run(TimeSpan.FromHours(2));
        Assert.Equal("100.64.3.4:5484", Assert.Single(world.Told).ToString());
        Assert.Equal("100.64.3.4", world.Mapper.Describe(world.Now).ExternalAddress.ToString());
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void a_taken_port_leads_to_another(MappingProtocol protocol)
    {
        MapperWorld world = new(protocol);
        world.Gateway.Services.Remove("WANIPConnection:2");
        world.Gateway.Services.Add("WANIPConnection:1");
        world.Gateway.Table[(MappedTransport.Udp, 5484)] = (world.Gateway.Address, 5484, Instant.Never, null);
        world.Begin();
        InternetEndpoint told = Assert.Single(world.Told);
        Assert.NotEqual(5484, told.Port);
        Assert.Equal((world.Route.Client, 5484), (world.Gateway.Table[(MappedTransport.Udp, told.Port)].Client, world.Gateway.Table[(MappedTransport.Udp, told.Port)].Port));
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void everything_is_removed_at_the_end(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol, MappingProtocol.All, false, MapperWorld.Data, new MappingWish(MappedTransport.Tcp, 443)).Begin();
        Assert.Equal(2, world.Gateway.Table.Count);
        Assert.Single(world.Told);
        world.Mapper.Stop(world.Now);
        world.Run(TimeSpan.FromMilliseconds(1));
        Assert.Empty(world.Gateway.Table);
        Assert.True(world.Mapper.IsStopped);
        Assert.Empty(world.Told);
        Assert.Equal(Instant.Never, world.Mapper.NextTimeout);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void the_end_waits_no_longer_than_it_says(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol).Begin();
        world.Gateway.IsSilent = true;
        world.Gateway.Log.Clear();
        world.Mapper.Stop(world.Now);
        world.Run(PortMappingLimits.ReleasePatience - TimeSpan.FromMilliseconds(1));
        Assert.False(world.Mapper.IsStopped);
        world.Run(TimeSpan.FromMilliseconds(1));
        Assert.True(world.Mapper.IsStopped);
        Assert.InRange(world.Gateway.Log.Count, 1, 5);
    }

    [Fact]
    public void the_end_waits_for_nobody_who_was_never_there()
    {
        MapperWorld world = new MapperWorld(MappingProtocol.None).Begin();
        world.Mapper.Stop(world.Now);
        world.Mapper.HandleTimeout(world.Now);
        Assert.True(world.Mapper.IsStopped);
        world.Mapper.HandleGateways(world.Now, [world.Route]);
        Assert.Empty(world.Mapper.Describe(world.Now).Gateways);
    }

    [Theory]
    [InlineData(MappingProtocol.Pcp)]
    [InlineData(MappingProtocol.Upnp)]
    public void ipv6_gets_a_pinhole(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol, MappingProtocol.All, ipv6: true).Begin();
        Assert.Equal("[2001:db8::2]:5484", Assert.Single(world.Told).ToString());
        Assert.DoesNotContain(world.Mapper.Describe(world.Now).Gateways.Single().Protocols, found => found.Protocol == MappingProtocol.NatPmp);
        if (protocol == MappingProtocol.Upnp)
        {
            Assert.Equal(world.Route.Client, Assert.Single(world.Gateway.Pinholes.Values).Client);
            world.Gateway.Pinholes.Clear();
            world.Run(PortMappingLimits.CheckInterval + TimeSpan.FromSeconds(1));
            Assert.Single(world.Gateway.Pinholes);
            world.Mapper.Stop(world.Now);
            world.Run(TimeSpan.FromMilliseconds(1));
            Assert.Empty(world.Gateway.Pinholes);
        }
    }

    [Fact]
    public void a_gateway_that_is_gone_takes_its_mappings_along_and_a_new_one_is_asked()
    {
        MapperWorld world = new MapperWorld(MappingProtocol.Pcp).Begin();
        world.Mapper.HandleGateways(world.Now, []);
        world.CarryOut();
        Assert.Empty(world.Told);
        Assert.Equal(Instant.Never, world.Mapper.NextTimeout);
        world.Begin();
        Assert.Single(world.Told);
    }

    // The same addresses at home and at work: what the one granted is worth nothing at the other.
    [Theory]
    [MemberData(nameof(Each))]
    public void another_router_at_the_same_address_is_noticed_within_seconds(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol).Begin();
        world.Run(TimeSpan.FromMinutes(1));
        world.Gateway.IsSilent = true;
        world.Mapper.HandleGateways(world.Now, [world.Route]);
        world.Run(TimeSpan.FromSeconds(30));
        Assert.Empty(world.Told);

        // And one that grants nothing is tried anew as soon as the routes change.
        world.Gateway.IsSilent = false;
        world.Run(PortMappingLimits.SilenceRetry * 3);
        Assert.Single(world.Told);
    }

    [Fact]
    public void a_router_that_granted_nothing_is_tried_anew_when_the_routes_change()
    {
        MapperWorld world = new MapperWorld(MappingProtocol.None).Begin();
        world.Run(TimeSpan.FromMinutes(5));
        world.Gateway.HasPcp = true;
        world.Begin();
        Assert.Single(world.Told);
    }

    // In sleep the monotonic clock stands still, and the router's does not.
    [Theory]
    [MemberData(nameof(Each))]
    public void a_mapping_that_ran_out_in_sleep_is_back_after_waking(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol).Begin();
        world.Run(TimeSpan.FromMinutes(1));
        world.Gateway.Table.Clear();
        world.Mapper.HandleWake(world.Now);
        world.Run(TimeSpan.FromMilliseconds(1));
        Assert.Single(world.Gateway.Table);
        Assert.Single(world.Told);
    }

    // A router needs minutes to start; when it announces itself nobody waits for his turn.
    [Theory]
    [InlineData(MappingProtocol.Pcp)]
    [InlineData(MappingProtocol.NatPmp)]
    public void a_router_that_was_off_for_long_is_asked_when_it_announces_itself(MappingProtocol protocol)
    {
        MapperWorld world = new MapperWorld(protocol).Begin();
        world.Gateway.IsSilent = true;
        world.Run(TimeSpan.FromHours(5));
        Assert.Empty(world.Told);
        world.Gateway.IsSilent = false;
        world.Gateway.Restart(world.Now);
        world.Deliver(PortMappingSpecification.GatewayPort, world.Gateway.Announcement(world.Now, pcp: protocol == MappingProtocol.Pcp));
        world.Run(TimeSpan.FromSeconds(5));
        Assert.Single(world.Told);
    }

    [Fact]
    public void no_more_gateways_and_wishes_than_the_maxima()
    {
        MapperWorld world = new(MappingProtocol.Pcp, MappingProtocol.Pcp, false, [.. Enumerable.Range(1, PortMappingLimits.WishesMax + 3).Select(i => new MappingWish(MappedTransport.Tcp, (ushort)i))]);
        world.Begin();
        Assert.Equal(PortMappingLimits.WishesMax, world.Gateway.Table.Count);
        world.Mapper.HandleGateways(world.Now, [.. Enumerable.Range(1, PortMappingLimits.GatewaysMax + 3).Select(i => world.Route with { InterfaceIndex = (uint)i })]);
        Assert.Equal(PortMappingLimits.GatewaysMax, world.Mapper.Describe(world.Now).Gateways.Count);
    }

    [Fact]
    public void what_nobody_takes_out_does_not_pile_up()
    {
        MapperWorld world = new(MappingProtocol.All);
        for (int i = 0; i < 1000; i++)
        {
            world.Mapper.HandleGateways(world.Now, []);
            world.Mapper.HandleGateways(world.Now, [world.Route]);
        }

        byte[] buffer = new byte[PortMappingLimits.DatagramBytesMax];
        int count = 0;
        while (world.Mapper.TryGetTransmit(buffer, out _))
        {
            count++;
        }

        Assert.Equal(PortMappingLimits.OutboxMax, count);
    }
}
