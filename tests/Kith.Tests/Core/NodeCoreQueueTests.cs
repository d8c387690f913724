using System.Buffers.Binary;
using Kith.Protocol.Core;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>Queues of a node, filled to their named maxima by another one while nobody takes anything out.</summary>
public sealed class NodeCoreQueueTests : IDisposable
{
    private const int Excess = 50;

    private readonly TestLan _lan = new();
    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void packets_for_the_tun_device_that_nobody_takes_are_bounded()
    {
        (TestHost anna, TestHost bert, Member from, Member to) = Pair();
        byte[] packet = new byte[60];
        packet[0] = 0x60;
        packet[5] = 20;
        packet[6] = 59;
        from.V6.WriteTo(packet.AsSpan(8));
        to.V6.WriteTo(packet.AsSpan(24));
        for (int i = 0; i < NodeLimits.TunQueueMax + Excess; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(40), i);
            anna.Core!.HandleTunPacket(_lan.Clock(anna), packet);
            CarryOver(anna, bert);
        }

        List<byte[]> taken = [.. Take(bert, NodeTransmitKind.Tun)];
        Assert.Equal(NodeLimits.TunQueueMax, taken.Count);
        Assert.Equal(0, BinaryPrimitives.ReadInt32BigEndian(taken[0].AsSpan(40)));
        anna.Core!.HandleTunPacket(_lan.Clock(anna), packet);
        CarryOver(anna, bert);
        Assert.Single(Take(bert, NodeTransmitKind.Tun));
    }

    [Fact]
    public void answers_that_wait_to_be_sent_are_bounded()
    {
        (TestHost anna, TestHost bert, _, _) = Pair();
        for (int i = 0; i < NodeLimits.OutboxMax + Excess; i++)
        {
            anna.Core!.Ping(_lan.Clock(anna), bert.Core!.Id);
            CarryOver(anna, bert);
        }

        Assert.Equal(NodeLimits.OutboxMax, Take(bert, NodeTransmitKind.Datagram).Count());
        anna.Core!.Ping(_lan.Clock(anna), bert.Core!.Id);
        CarryOver(anna, bert);
        Assert.Single(Take(bert, NodeTransmitKind.Datagram));
    }

    private (TestHost Anna, TestHost Bert, Member From, Member To) Pair()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        bert.Core!.BeginJoin(_lan.Clock(bert), anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_lan.RunUntil(() => anna.Core.DescribePeer(bert.Core.Id).Online && bert.Core.DescribePeer(anna.Core.Id).Online, TimeSpan.FromSeconds(5)));
        _lan.Run(TimeSpan.FromSeconds(8));
        return (anna, bert, home.State.Members[anna.Core.Id], home.State.Members[bert.Core.Id]);
    }

    // Hands datagrams over past the clock, and takes nothing from the receiver.
    private void CarryOver(TestHost from, TestHost to)
    {
        while (from.Core!.TryGetTransmit(_lan.Clock(from), _buffer, out NodeTransmit transmit))
        {
            if (transmit.Kind == NodeTransmitKind.Datagram && transmit.Endpoint.Address == to.Address)
            {
                to.Core!.HandleDatagram(_lan.Clock(to), new InternetEndpoint(from.Address, 5484), _buffer.AsSpan(0, transmit.Length));
            }
        }
    }

    private IEnumerable<byte[]> Take(TestHost host, NodeTransmitKind kind)
    {
        while (host.Core!.TryGetTransmit(_lan.Clock(host), _buffer, out NodeTransmit transmit))
        {
            if (transmit.Kind == kind)
            {
                yield return _buffer[..transmit.Length];
            }
        }
    }
}
