using System.Buffers.Binary;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Icmp;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Netstack.Udp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>ICMP of both families and UDP: RFC 792, RFC 4443, RFC 768, RFC 8201, RFC 5927.</summary>
public sealed class IcmpUdpTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void echo_is_answered_and_measured(bool v4)
    {
        StackPair pair = new();
        Assert.True(pair.Client.SendEcho(pair.Now, InternetAddress.None, v4 ? StackPair.ServerV4 : StackPair.ServerV6, 7, 9, "payload"u8));
        pair.Run(TimeSpan.FromSeconds(1));
        StackEvent reply = Assert.Single(pair.ClientEvents);
        Assert.Equal(StackEventKind.EchoReply, reply.Kind);
        Assert.Equal((7, 9), (reply.EchoIdentifier, reply.EchoSequence));
        Assert.Equal(TimeSpan.FromMilliseconds(20), reply.RoundTrip);
    }

    [Fact]
    public void echo_request_is_left_to_the_tun_device()
    {
        StackPair pair = new();
        byte[] packet = new byte[100];
        int length = IcmpMessage.Write(packet, StackPair.ClientV6, StackPair.ServerV6, 128, 0, 1, default);
        Assert.False(pair.Server.HandlePacket(pair.Now, packet.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void datagrams_go_both_ways(bool v4)
    {
        StackPair pair = new();
        UdpBinding client = pair.Client.BindUdp(InternetAddress.None, 0);
        UdpBinding server = pair.Server.BindUdp(InternetAddress.None, 53);
        Assert.True(pair.ServerPorts.Contains(17, 53));
        client.SendTo(new InternetEndpoint(v4 ? StackPair.ServerV4 : StackPair.ServerV6, 53), "question"u8);
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(server, Assert.Single(pair.ServerEvents).Binding);
        byte[] buffer = new byte[100];
        Assert.True(server.TryReceive(buffer, out int length, out InternetEndpoint remote, out InternetAddress local));
        Assert.Equal("question"u8, buffer.AsSpan(0, length));
        Assert.Equal(client.Port, remote.Port);
        server.SendTo(remote, "answer"u8, local);
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.True(client.TryReceive(buffer, out length, out remote, out _));
        Assert.Equal("answer"u8, buffer.AsSpan(0, length));
        Assert.Equal(new InternetEndpoint(v4 ? StackPair.ServerV4 : StackPair.ServerV6, 53), remote);
        server.Close();
        Assert.False(pair.ServerPorts.Contains(17, 53));
    }

    [Fact]
    public void datagram_to_a_closed_port_is_told_to_be_unreachable()
    {
        StackPair pair = new();
        UdpBinding client = pair.Client.BindUdp(InternetAddress.None, 1000);
        client.SendTo(new InternetEndpoint(StackPair.ServerV4, 9), "x"u8);
        pair.Run(TimeSpan.FromSeconds(1));
        StackEvent told = Assert.Single(pair.ClientEvents);
        Assert.Equal(StackEventKind.Unreachable, told.Kind);
        Assert.Equal(new InternetEndpoint(StackPair.ServerV4, 9), told.Remote);
    }

    [Fact]
    public void empty_and_longest_datagrams_pass_and_longer_ones_are_refused()
    {
        StackPair pair = new();
        UdpBinding client = pair.Client.BindUdp(InternetAddress.None, 1000);
        UdpBinding server = pair.Server.BindUdp(InternetAddress.None, 53);
        InternetEndpoint remote = new(StackPair.ServerV6, 53);
        Assert.True(client.SendTo(remote, default));
        Assert.True(client.SendTo(remote, new byte[1420 - 48]));
        Assert.False(client.SendTo(remote, new byte[1420 - 47]));
        pair.Run(TimeSpan.FromSeconds(1));
        byte[] buffer = new byte[2000];
        Assert.True(server.TryReceive(buffer, out int length, out _, out _));
        Assert.Equal(0, length);
        Assert.True(server.TryReceive(buffer, out length, out _, out _));
        Assert.Equal(1420 - 48, length);
        Assert.False(server.TryReceive(buffer, out _, out _, out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void path_that_takes_less_is_learned_and_the_stream_goes_on(bool v4)
    {
        const int LinkMtu = 1300;
        StackPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Open(v4);
        pair.ToServer.Filter = packet =>
        {
            if (packet.Length <= LinkMtu)
            {
                return true;
            }

            byte[] error = new byte[1280];
            ReadOnlySpan<byte> quoted = packet.AsSpan(0, v4 ? 28 : 1200);
            InternetAddress router = v4 ? StackPair.ServerV4 : StackPair.ServerV6;
            InternetAddress to = v4 ? StackPair.ClientV4 : StackPair.ClientV6;
            int length = IcmpMessage.Write(error, router, to, v4 ? (byte)3 : (byte)2, v4 ? (byte)4 : (byte)0, LinkMtu, quoted);
            quoted.CopyTo(error.AsSpan(length));
            pair.ToClient.Send(pair.Now, error.AsSpan(0, length + quoted.Length));
            return false;
        };
        TimeSpan took = StreamTransfer.RunBoth(pair, client, server, 300_000, 0, TimeSpan.FromSeconds(20));
        Assert.Equal(LinkMtu - (v4 ? 20 : 40) - 32, client.Statistics.SegmentBytes);
        Assert.Equal(0, client.Statistics.Timeouts);
        Assert.True(took < TimeSpan.FromSeconds(2), $"took {took}");
    }

    [Fact]
    public void forged_errors_change_nothing()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        connection.Send(peer.Now, new byte[100]);
        int before = connection.Statistics.SegmentBytes;
        peer.Flush();
        SendError(peer, 2, 0, 1280, peer.StackFirst - 5000);
        SendError(peer, 2, 0, 1280, peer.StackFirst + 5000);
        Assert.Equal(before, connection.Statistics.SegmentBytes);
        SendError(peer, 1, 4, 0, peer.StackFirst);
        Assert.Equal(TcpState.Established, connection.State);

        // Not even a true one shrinks it below what IPv6 guarantees.
        SendError(peer, 2, 0, 68, peer.StackFirst);
        Assert.Equal(1280 - 40 - 32, connection.Statistics.SegmentBytes);
    }

    [Fact]
    public void port_unreachable_ends_an_attempt_to_connect()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Stack.Connect(peer.Now, InternetAddress.None, new InternetEndpoint(RawPeer.Peer, RawPeer.PeerPort), RawPeer.Port);
        Seen syn = Assert.Single(peer.Take());
        SendError(peer, 1, 4, 0, syn.Sequence);
        Assert.Equal(CloseReason.Refused, connection.CloseReason);
    }

    [Fact]
    public void fragments_and_foreign_packets_are_left_to_others()
    {
        RawPeer peer = new();
        peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 8);
        byte[] packet = new byte[200];
        int length = TcpWriter.WriteControl(packet, new ConnectionKey(RawPeer.Peer, StackPair.Parse("fd00::77"), 5000, 80), 1, 0, TcpFlags.Syn, 1000, default);
        Assert.False(peer.Stack.HandlePacket(peer.Now, packet.AsSpan(0, length)));
        length = TcpWriter.WriteControl(packet, new ConnectionKey(RawPeer.Peer, RawPeer.Local, 5000, 81), 1, 0, TcpFlags.Syn, 1000, default);
        Assert.False(peer.Stack.HandlePacket(peer.Now, packet.AsSpan(0, length)));
        byte[] fragment = [.. packet[..40], 6, 0, 0, 1, 0, 0, 0, 1, .. packet[40..length]];
        fragment[6] = IpProtocol.Fragment;
        BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(4), (ushort)(fragment.Length - 40));
        Assert.False(peer.Stack.HandlePacket(peer.Now, fragment));
        Assert.Equal(1, peer.Stack.Statistics.Fragments);
    }

    [Fact]
    public void extension_headers_are_skipped_and_too_many_are_not()
    {
        RawPeer peer = new();
        peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 8);
        byte[] packet = new byte[200];
        int length = TcpWriter.WriteControl(packet, new ConnectionKey(RawPeer.Peer, RawPeer.Local, 5000, 80), 1, 0, TcpFlags.Syn, 1000, default);
        Assert.True(peer.Stack.HandlePacket(peer.Now, WithExtensions(packet.AsSpan(0, length), 3)));
        Assert.True(Assert.Single(peer.Take()).Is(TcpFlags.Syn | TcpFlags.Acknowledge));
        Assert.False(peer.Stack.HandlePacket(peer.Now, WithExtensions(packet.AsSpan(0, length), IpPacket.ExtensionHeadersMax + 1)));
    }

    private static byte[] WithExtensions(ReadOnlySpan<byte> packet, int count)
    {
        List<byte> bytes = [.. packet[..40]];
        bytes[6] = IpProtocol.HopByHop;
        for (int i = 0; i < count; i++)
        {
            bytes.AddRange([i == count - 1 ? IpProtocol.Tcp : IpProtocol.DestinationOptions, 0, 1, 4, 0, 0, 0, 0]);
        }

        bytes.AddRange(packet[40..]);
        byte[] whole = [.. bytes];
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(4), (ushort)(whole.Length - 40));
        return whole;
    }

    private static void SendError(RawPeer peer, byte type, byte code, uint rest, uint sequence)
    {
        byte[] quoted = new byte[100];
        int quotedLength = TcpWriter.WriteControl(quoted, new ConnectionKey(RawPeer.Local, RawPeer.Peer, RawPeer.Port, RawPeer.PeerPort), sequence, 0, TcpFlags.Acknowledge, 0, default);
        byte[] error = new byte[300];
        int length = IcmpMessage.Write(error, RawPeer.Peer, RawPeer.Local, type, code, rest, quoted.AsSpan(0, quotedLength));
        quoted.AsSpan(0, quotedLength).CopyTo(error.AsSpan(length));
        Assert.True(peer.Stack.HandlePacket(peer.Now, error.AsSpan(0, length + quotedLength)));
        peer.Flush();
    }
}
