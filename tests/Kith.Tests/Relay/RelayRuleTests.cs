using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tests.Core;

namespace Kith.Tests.Relay;

/// <summary>
/// Whom a member passes packets on for, and whom not. Frames are handed to rita as the packet path hands over what it opened.
/// <code>
///   anna ── rita ── bert
///            │
///           carl (of another network of rita's)
/// </code>
/// </summary>
public sealed class RelayRuleTests : IDisposable
{
    private static readonly byte[] Datagram = [4, 0, 0, 0, .. new byte[60]];
    private readonly RelayNet _net = new();

    public void Dispose() => _net.Dispose();

    [Fact]
    public void member_that_does_not_relay_passes_nothing_on()
    {
        TestHost[] hosts = _net.Found("rita", "anna", "bert");
        _net.Lan.Options = options => options with { RelayForOthers = options.DeviceName != "rita" };
        _net.Restart(hosts, (hosts[0], hosts[1]), (hosts[0], hosts[2]));
        Assert.False(_net.RunUntil(() => RelayNet.IsOnline(hosts[1], hosts[2]), 20));
        Assert.True(RelayNet.IsOnline(hosts[1], hosts[0]));
        Assert.False(hosts[0].Core!.BuildSnapshot().Relays.Forwards);
    }

    [Fact]
    public void what_exceeds_the_rate_is_dropped()
    {
        TestHost[] hosts = _net.Found("rita", "anna", "bert");
        _net.Lan.Options = options => options with { RelayBytesPerSecondMax = options.DeviceName == "rita" ? 20_000 : 0 };
        _net.Restart(hosts, (hosts[0], hosts[1]), (hosts[0], hosts[2]));
        Assert.True(_net.RunUntil(() => RelayNet.IsOnline(hosts[1], hosts[2]), 5));
        _net.Lan.Run(TimeSpan.FromSeconds(5));
        int before = hosts[2].Tun.Count;
        for (int i = 0; i < 200; i++)
        {
            _net.Send(hosts[1], hosts[2], 1000);
            _net.Lan.Run(TimeSpan.FromMilliseconds(10));
        }

        // Two seconds of 20 kB and a burst of a quarter, in packets of some 1,066 bytes, less what pings and control streams took.
        Assert.InRange(hosts[2].Tun.Count - before, 20, 43);
    }

    [Fact]
    public void frame_is_passed_on_to_a_neighbour_with_one_hop_less()
    {
        TestHost[] hosts = Trio();
        Assert.Equal(1, PassedOn(hosts[0], hosts[1], new RelayFrame(1, Short(hosts[2]), Short(hosts[1]), Datagram)));
        Assert.Equal(1, PassedOn(hosts[0], hosts[1], new RelayFrame(RelayFrame.HopsMax, Short(hosts[2]), Short(hosts[1]), Datagram)));
    }

    [Fact]
    public void frame_with_no_hops_left_goes_nowhere()
    {
        TestHost[] hosts = Trio();
        Assert.Equal(0, PassedOn(hosts[0], hosts[1], new RelayFrame(0, Short(hosts[2]), Short(hosts[1]), Datagram)));
    }

    [Fact]
    public void frame_is_never_passed_back_nor_to_its_source_nor_for_strangers()
    {
        TestHost[] hosts = Trio();
        Assert.Equal(0, PassedOn(hosts[0], hosts[1], new RelayFrame(2, Short(hosts[1]), Short(hosts[2]), Datagram)));
        Assert.Equal(0, PassedOn(hosts[0], hosts[1], new RelayFrame(2, Short(hosts[1]), Short(hosts[1]), Datagram)));
        Assert.Equal(0, PassedOn(hosts[0], hosts[1], new RelayFrame(2, Short(hosts[2]), Short(hosts[0]), Datagram)));
        Assert.Equal(0, PassedOn(hosts[0], hosts[1], new RelayFrame(2, Short(hosts[2]), 0x1234, Datagram)));
        Assert.Equal(0, PassedOn(hosts[0], hosts[1], new RelayFrame(2, 0x1234, Short(hosts[1]), Datagram)));
    }

    [Fact]
    public void frame_that_came_through_a_relay_is_not_passed_on_again()
    {
        TestHost[] hosts = Trio();
        TestHost rita = hosts[0];
        (PeerLink link, TransportSession session) = SessionOf(rita, hosts[1]);
        PeerLink bert = SessionOf(rita, hosts[2]).Link;
        byte[] frame = Encoded(new RelayFrame(1, Short(hosts[2]), Short(hosts[1]), Datagram));
        Assert.Equal(0, Sent(rita, () => rita.Core!.HandlePlaintext(_net.Lan.Clock(rita), link, session, PathAddress.Relay(bert.Id, link.Id), frame)));
    }

    [Fact]
    public void member_of_another_network_is_not_relayed_for()
    {
        TestHost[] hosts = Trio();
        TestHost rita = hosts[0];
        TestHost carl = _net.Lan.Add("carl");
        MembershipLog work = rita.Core!.CreateNetwork(_net.Lan.Clock(rita), "work", []);
        carl.Core!.BeginJoin(_net.Lan.Clock(carl), rita.Core.CreateInvite(_net.Lan.Clock(rita), work.Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_net.RunUntil(() => RelayNet.IsOnline(rita, carl), 10));
        Assert.Equal(0, PassedOn(rita, carl, new RelayFrame(1, Short(hosts[2]), Short(carl), Datagram)));
        Assert.Equal(0, PassedOn(rita, hosts[1], new RelayFrame(1, Short(carl), Short(hosts[1]), Datagram)));
        Assert.Equal(1, PassedOn(rita, hosts[1], new RelayFrame(1, Short(hosts[2]), Short(hosts[1]), Datagram)));
    }

    [Fact]
    public void removed_member_is_neither_relayed_for_nor_used_as_a_relay()
    {
        TestHost[] hosts = _net.Found("anna", "rita", "bert");
        (TestHost anna, TestHost rita, TestHost bert) = (hosts[0], hosts[1], hosts[2]);
        _net.Restart(hosts, (rita, anna), (rita, bert));
        Assert.True(_net.RunUntil(() => RelayNet.IsOnline(anna, bert), 5));
        Assert.Equal(rita.Key.Id, anna.Core!.DescribePeer(bert.Key.Id).Via);
        anna.Core.RevokeDevice(_net.Lan.Clock(anna), _net.Home.Id, rita.Key.Id);
        Assert.False(RelayNet.IsOnline(anna, bert));
        Assert.DoesNotContain(rita.Key.Id.ShortId, anna.Core.BuildSnapshot().Relays.Members.Keys);
    }

    [Fact]
    public void snapshot_tells_the_packet_path_whom_frames_go_to()
    {
        TestHost[] hosts = Trio();
        RelayTable table = hosts[0].Core!.BuildSnapshot().Relays;
        Assert.True(table.Forwards);
        Assert.Equal(Short(hosts[0]), table.Self);
        Assert.Equal(2, table.Members.Count);
        RelayMember anna = table.Members[Short(hosts[1])];
        Assert.Equal((anna.Link, (byte)1, 1u), (anna.Next, anna.Distance, anna.Networks));
        RelayMember bert = hosts[1].Core!.BuildSnapshot().Relays.Members[Short(hosts[2])];
        Assert.Equal((SessionOf(hosts[1], hosts[0]).Link, (byte)2), (bert.Next, bert.Distance));
        RelayHop hop = Assert.IsType<RelayHop>(bert.Link.Via);
        Assert.Null(bert.Link.Endpoint);
        Assert.Equal((bert.Next, Short(hosts[2]), Short(hosts[1]), (byte)1), (hop.Neighbour, hop.Destination, hop.Source, hop.HopsLeft));
    }

    private static ulong Short(TestHost host) => host.Key.Id.ShortId;

    private static byte[] Encoded(in RelayFrame relay)
    {
        byte[] frame = new byte[RelayFrame.HeaderBytes + relay.Datagram.Length];
        relay.Encode(frame);
        return frame;
    }

    private static (PeerLink Link, TransportSession Session) SessionOf(TestHost of, TestHost with)
    {
        TunnelSnapshot snapshot = of.Core!.BuildSnapshot();
        PeerLink link = snapshot.Relays.Members.TryGetValue(Short(with), out RelayMember? member)
            ? member.Link
            : snapshot.Routes.Values.First(route => route.Link.Endpoint?.Address == with.Address).Link;
        return (link, snapshot.Receivers.Values.First(receiver => receiver.Link == link && !receiver.Session.IsRetired).Session);
    }

    private TestHost[] Trio()
    {
        TestHost[] hosts = _net.Found("rita", "anna", "bert");
        _net.Restart(hosts, (hosts[0], hosts[1]), (hosts[0], hosts[2]));
        Assert.True(_net.RunUntil(() => RelayNet.IsOnline(hosts[1], hosts[2]), 5));
        _net.Lan.Run(TimeSpan.FromSeconds(5));
        return hosts;
    }

    private int PassedOn(TestHost relay, TestHost from, in RelayFrame frame)
    {
        (PeerLink link, TransportSession session) = SessionOf(relay, from);
        byte[] bytes = Encoded(frame);
        return Sent(relay, () => relay.Core!.HandlePlaintext(_net.Lan.Clock(relay), link, session, new InternetEndpoint(from.Address, 5484), bytes));
    }

    // How many datagrams of exactly a passed-on frame's size leave after a call.
    private int Sent(TestHost host, Action call)
    {
        byte[] buffer = new byte[NodeCore.TransmitBufferBytes];
        while (host.Core!.TryGetTransmit(_net.Lan.Clock(host), buffer, out _))
        {
            // What was due before.
        }

        call();
        int count = 0;
        while (host.Core.TryGetTransmit(_net.Lan.Clock(host), buffer, out NodeTransmit transmit))
        {
            count += transmit.Length == Datagram.Length + RelayFrame.HeaderBytes + TransportHeader.OverheadBytes ? 1 : 0;
        }

        return count;
    }
}
