using System.Buffers.Binary;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>Packets of the TUN device that find no session yet: anna's programs call bert before the nodes have met.</summary>
public sealed class NodeCorePacketTests : IDisposable
{
    private readonly TestLan _lan = new();

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void packet_waits_for_the_handshake_and_arrives()
    {
        (TestHost anna, TestHost bert, Member from, Member to) = Pair();
        byte[] packet = Packet(from.V6, to.V6, 100);
        anna.Core!.HandleTunPacket(_lan.Clock(anna), packet);
        Assert.True(_lan.RunUntil(() => bert.Tun.Count == 1, TimeSpan.FromSeconds(5)));
        Assert.Equal(packet, bert.Tun[0]);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(48)]
    [InlineData(1360)]
    public void packet_of_any_length_arrives_without_padding(int length)
    {
        (TestHost anna, TestHost bert, Member from, Member to) = Pair();
        byte[] packet = Packet(from.V6, to.V6, length);
        anna.Core!.HandleTunPacket(_lan.Clock(anna), packet);
        Assert.True(_lan.RunUntil(() => bert.Tun.Count == 1, TimeSpan.FromSeconds(5)));
        Assert.Equal(packet, bert.Tun[0]);
    }

    [Fact]
    public void packet_from_an_address_that_is_not_ours_goes_nowhere()
    {
        (TestHost anna, TestHost bert, Member from, Member to) = Pair();
        anna.Core!.HandleTunPacket(_lan.Clock(anna), Packet(to.V6, to.V6, 100));
        anna.Core.HandleTunPacket(_lan.Clock(anna), Packet(InternetAddress.FromV4(0x0A000001), to.V6, 100));
        anna.Core.HandleTunPacket(_lan.Clock(anna), Packet(from.V6, to.V6, 60));
        Assert.True(_lan.RunUntil(() => bert.Tun.Count == 1, TimeSpan.FromSeconds(5)));
        Assert.Equal(60, bert.Tun[0].Length);
    }

    [Fact]
    public void a_member_does_not_speak_in_another_ones_name()
    {
        TestHost rita = _lan.Add("rita");
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = rita.Core!.CreateNetwork(_lan.Clock(rita), "home", []);
        InviteLine invite = rita.Core.CreateInvite(_lan.Clock(rita), home.Id, MemberRole.Member, 2, TimeSpan.FromHours(1));
        anna.Core!.BeginJoin(_lan.Clock(anna), invite);
        bert.Core!.BeginJoin(_lan.Clock(bert), invite);
        Assert.True(_lan.RunUntil(() => rita.Core.DescribePeer(anna.Core.Id).Online && rita.Core.DescribePeer(bert.Core.Id).Online, TimeSpan.FromSeconds(10)));
        (InternetAddress annas, InternetAddress berts, InternetAddress ritas) = (home.State.Members[anna.Core.Id].V6, home.State.Members[bert.Core.Id].V6, home.State.Members[rita.Core.Id].V6);

        // As the packet path hands over what it opened: over anna's session.
        TunnelSnapshot snapshot = rita.Core.BuildSnapshot();
        PeerLink link = snapshot.Routes[annas].Link;
        TransportSession session = snapshot.Receivers.Values.First(receiver => receiver.Link == link && !receiver.Session.IsRetired).Session;
        InternetEndpoint source = new(anna.Address, 5484);
        rita.Core.HandlePlaintext(_lan.Clock(rita), link, session, source, Packet(berts, ritas, 60));
        rita.Core.HandlePlaintext(_lan.Clock(rita), link, session, source, Packet(annas, berts, 60));
        rita.Core.HandlePlaintext(_lan.Clock(rita), link, session, source, Packet(annas, ritas, 80));
        Assert.True(_lan.RunUntil(() => rita.Tun.Count > 0, TimeSpan.FromSeconds(1)));
        Assert.Equal(80, Assert.Single(rita.Tun).Length);
    }

    [Fact]
    public void packet_larger_than_any_buffer_is_dropped()
    {
        (TestHost anna, TestHost bert, Member from, Member to) = Pair();
        anna.Core!.HandleTunPacket(_lan.Clock(anna), Packet(from.V6, to.V6, 9000));
        anna.Core.HandleTunPacket(_lan.Clock(anna), Packet(from.V6, to.V6, 60));
        Assert.True(_lan.RunUntil(() => bert.Tun.Count == 1, TimeSpan.FromSeconds(5)));
        Assert.Equal(60, bert.Tun[0].Length);
    }

    // Both are members; anna has just restarted and holds no session.
    private (TestHost Anna, TestHost Bert, Member From, Member To) Pair()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        bert.Core!.BeginJoin(_lan.Clock(bert), anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_lan.RunUntil(() => anna.Core.DescribePeer(bert.Core.Id).Online, TimeSpan.FromSeconds(5)));
        _lan.Stop(anna);
        _lan.Start(anna);
        return (anna, bert, home.State.Members[anna.Core.Id], home.State.Members[bert.Core.Id]);
    }

    private static byte[] Packet(InternetAddress from, InternetAddress to, int length)
    {
        byte[] packet = new byte[length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(length - 40));
        packet[6] = 59;
        packet[7] = 64;
        if (!from.IsV4)
        {
            from.WriteTo(packet.AsSpan(8));
        }

        to.WriteTo(packet.AsSpan(24));
        return packet;
    }
}
