using System.Buffers.Binary;
using Kith.Protocol.Core;
using Kith.Protocol.Membership;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tests.FastPath;

namespace Kith.Tests.Core;

/// <summary>Two cores whose shells take the stack's packets in large pieces, as a real one does.</summary>
public sealed class NodeCoreStackPacketTests : IDisposable
{
    private const ushort Port = 7000;

    private readonly TestLan _lan = new() { Options = options => options with { LargeSegments = true } };
    private readonly byte[] _buffer = new byte[StackPacket.LengthMax];

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void a_stream_passes_in_large_pieces_and_arrives_whole()
    {
        (TestHost anna, TestHost bert, Owner sender, Owner receiver) = Connected();
        byte[] data = PacketSplitterTests.Payload(400_000);
        int sent = 0;
        int large = 0;
        _lan.SawStackPacket = packet => large += packet.IsLarge ? 1 : 0;
        Assert.True(_lan.RunUntil(
            () =>
            {
                sent += sender.Connection!.Send(_lan.Now, data.AsSpan(sent));
                anna.Core!.HandleApplications(_lan.Clock(anna));
                receiver.Read(_lan.Now);
                bert.Core!.HandleApplications(_lan.Clock(bert));
                return receiver.Received.Count == data.Length;
            },
            TimeSpan.FromSeconds(20)));
        Assert.Equal(data, receiver.Received);
        Assert.InRange(large, 5, 200);
    }

    [Fact]
    public void what_was_joined_for_the_stack_and_is_not_the_stacks_is_cut_for_the_tun_device()
    {
        (TestHost anna, TestHost bert, Owner sender, Owner _) = Connected();
        sender.Connection!.Send(_lan.Now, new byte[100_000]);
        StackTransmit transmit;
        do
        {
            Assert.True(anna.Core!.TryGetStackPacket(_lan.Clock(anna), _buffer, out transmit));
        }
        while (!transmit.Packet.IsLarge);

        Assert.NotNull(transmit.Link);
        byte[] records = new byte[PacketRecords.HeaderBytes + transmit.Packet.Length];
        PacketRecords.WriteHeader(records, transmit.Packet, isVerified: true);
        _buffer.AsSpan(0, transmit.Packet.Length).CopyTo(records.AsSpan(PacketRecords.HeaderBytes));
        BinaryPrimitives.WriteUInt16BigEndian(records.AsSpan(PacketRecords.HeaderBytes + transmit.Packet.ChecksumStart + 2), Port + 1);
        TunnelReceiver from = bert.Core!.BuildSnapshot().Receivers.Values.First(receiver => receiver.Link.Current is not null);
        bert.Core.HandlePackets(_lan.Clock(bert), from.Link, from.Session, new InternetEndpoint(anna.Address, 5484), records);
        List<byte[]> pieces = [];
        while (bert.Core.TryGetTransmit(_lan.Clock(bert), _buffer, out NodeTransmit piece))
        {
            if (piece.Kind == NodeTransmitKind.Tun)
            {
                pieces.Add(_buffer[..piece.Length]);
            }
        }

        Assert.Equal(LargeSegment.CountPieces(transmit.Packet), pieces.Count);
        Assert.All(pieces, piece => Assert.True(TestPacket.IsSound(piece)));
        Assert.All(pieces, piece => Assert.InRange(piece.Length, 60, PeerLink.DefaultMtuBytes));
    }

    [Fact]
    public void what_keeps_paths_alive_does_not_wait_for_the_stack()
    {
        (TestHost anna, TestHost bert, Owner sender, Owner _) = Connected();
        sender.Connection!.Send(_lan.Now, new byte[100_000]);
        anna.Core!.Ping(_lan.Clock(anna), bert.Core!.Id);
        Assert.True(anna.Core.TryGetTransmit(_lan.Clock(anna), _buffer, out NodeTransmit transmit));
        Assert.Equal(NodeTransmitKind.Datagram, transmit.Kind);
        Assert.False(anna.Core.TryGetTransmit(_lan.Clock(anna), _buffer, out _));
        Assert.True(anna.Core.TryGetStackPacket(_lan.Clock(anna), _buffer, out StackTransmit packet));
        Assert.NotNull(packet.Link);
    }

    private (TestHost Anna, TestHost Bert, Owner Sender, Owner Receiver) Connected()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        bert.Core!.BeginJoin(_lan.Clock(bert), anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_lan.RunUntil(() => anna.Core.DescribePeer(bert.Core.Id).Online && bert.Core.DescribePeer(anna.Core.Id).Online, TimeSpan.FromSeconds(5)));
        _lan.Run(TimeSpan.FromSeconds(8));
        Owner receiver = new();
        Owner sender = new();
        bert.Core.Listen(Port, receiver);
        sender.Connection = anna.Core.Connect(_lan.Clock(anna), new InternetEndpoint(home.State.Members[bert.Core.Id].V6, Port), sender);
        Assert.True(_lan.RunUntil(() => receiver.Connection is not null && sender.Connection.State == TcpState.Established, TimeSpan.FromSeconds(5)));
        _lan.Run(TimeSpan.FromSeconds(1));
        return (anna, bert, sender, receiver);
    }

    private sealed class Owner : IStackOwner
    {
        public TcpConnection? Connection { get; set; }

        public List<byte> Received { get; } = [];

        public void HandleStackEvent(ClockReading now, in StackEvent stackEvent)
        {
            Connection = stackEvent.Connection;
            Connection!.Tag = this;
        }

        public void Read(Instant now)
        {
            byte[] buffer = new byte[65536];
            while (Connection!.Receive(now, buffer) is > 0 and int count)
            {
                Received.AddRange(buffer.AsSpan(0, count));
            }
        }
    }
}
