using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Opening: RFC 9293 sections 3.5 and 3.10.7, RFC 7323 section 2, RFC 6528.</summary>
public sealed class TcpHandshakeTests
{
    [Fact]
    public void syn_is_answered_with_segment_size_scale_sack_and_timestamps()
    {
        RawPeer peer = new();
        peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 8);
        peer.Syn();
        Seen answer = Assert.Single(peer.Take());
        Assert.True(answer.Is(TcpFlags.Syn | TcpFlags.Acknowledge));
        Assert.Equal(RawPeer.PeerStart, answer.Acknowledgment);
        Assert.Equal(1420 - 60, answer.Options.MaximumSegmentSize);
        Assert.True(answer.Options.HasWindowScale && answer.Options.SackPermitted && answer.Options.HasTimestamps);
        Assert.Equal(7, answer.Options.WindowScale);
    }

    [Fact]
    public void what_the_peer_did_not_offer_is_not_used()
    {
        RawPeer peer = new(sack: false, timestamps: false);
        peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 8);
        peer.Raw(new ConnectionKey(RawPeer.Peer, RawPeer.Local, 5000, 80), 9, 0, TcpFlags.Syn, 1000, default, default);
        Seen answer = Assert.Single(peer.Take());
        Assert.False(answer.Options.HasWindowScale || answer.Options.SackPermitted || answer.Options.HasTimestamps);
    }

    [Fact]
    public void unanswered_syn_ack_is_repeated_with_doubling_gaps_and_then_forgotten()
    {
        RawPeer peer = new();
        peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 8);
        peer.Syn();
        peer.Run(TimeSpan.FromMinutes(3));
        List<Seen> answers = peer.Take();
        Assert.Equal(1 + TcpConnection.SynAcknowledgeRepetitionsMax, answers.Count);
        Assert.Equal([1, 2, 4, 8, 16], answers.Zip(answers.Skip(1), (a, b) => (b.At - a.At).TotalSeconds));
        Assert.Equal(0, peer.Stack.ConnectionCount);
        Assert.Empty(peer.Events);
    }

    [Fact]
    public void repeated_syn_is_answered_again()
    {
        RawPeer peer = new();
        peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 8);
        peer.Syn();
        peer.Syn();
        Assert.Equal(2, peer.Take().Count(seen => seen.Is(TcpFlags.Syn | TcpFlags.Acknowledge)));
        Assert.Equal(1, peer.Stack.ConnectionCount);
    }

    [Fact]
    public void connection_to_a_silent_peer_times_out()
    {
        StackPair pair = new();
        pair.ToServer.IsDown = true;
        TcpConnection connection = pair.Client.Connect(pair.Now, InternetAddress.None, new InternetEndpoint(StackPair.ServerV6, 80));
        Instant start = pair.Now;
        pair.RunUntil(() => pair.ClientEvents.Count > 0, TimeSpan.FromMinutes(2));
        Assert.Equal(CloseReason.TimedOut, connection.CloseReason);
        Assert.Equal(TimeSpan.FromSeconds(30), pair.Now - start);
        Assert.Equal(5, pair.ToServer.Offered);
    }

    [Fact]
    public void connection_to_a_closed_port_is_refused()
    {
        StackPair pair = new();
        TcpConnection connection = pair.Client.Connect(pair.Now, InternetAddress.None, new InternetEndpoint(StackPair.ServerV4, 81));
        pair.RunUntil(() => pair.ClientEvents.Count > 0, TimeSpan.FromSeconds(5));
        Assert.Equal(CloseReason.Refused, connection.CloseReason);
        Assert.Equal(StackEventKind.Closed, pair.ClientEvents[0].Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void both_sides_may_open_at_once(bool v4)
    {
        StackPair pair = new();
        TcpConnection client = pair.Client.Connect(pair.Now, InternetAddress.None, new InternetEndpoint(v4 ? StackPair.ServerV4 : StackPair.ServerV6, 2000), 1000);
        TcpConnection server = pair.Server.Connect(pair.Now, InternetAddress.None, new InternetEndpoint(v4 ? StackPair.ClientV4 : StackPair.ClientV6, 1000), 2000);
        pair.RunUntil(() => client.State == TcpState.Established && server.State == TcpState.Established, TimeSpan.FromSeconds(1));
        StreamTransfer.RunBoth(pair, client, server, 100_000, 100_000, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void both_sides_may_open_at_once_over_a_bad_link()
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            StackPair pair = new(seed) { Refuses = false };
            pair.ToServer.Loss = pair.ToClient.Loss = 0.3;
            TcpConnection client = pair.Client.Connect(pair.Now, InternetAddress.None, new InternetEndpoint(StackPair.ServerV6, 2000), 1000);
            TcpConnection server = pair.Server.Connect(pair.Now, InternetAddress.None, new InternetEndpoint(StackPair.ClientV6, 1000), 2000);
            pair.RunUntil(() => client.State == TcpState.Established && server.State == TcpState.Established, TimeSpan.FromSeconds(60));
            pair.ToServer.Loss = pair.ToClient.Loss = 0;
            StreamTransfer.RunBoth(pair, client, server, 10_000, 10_000, TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public void what_is_sent_before_the_connection_stands_arrives()
    {
        StackPair pair = new();
        pair.Server.Listen(InternetAddress.None, 80, 1);
        TcpConnection client = pair.Client.Connect(pair.Now, InternetAddress.None, new InternetEndpoint(StackPair.ServerV6, 80));
        Assert.Equal(5, client.Send(pair.Now, "hello"u8));
        client.Finish(pair.Now);
        pair.RunUntil(() => pair.ServerEvents.Any(e => e.Kind == StackEventKind.PeerFinished), TimeSpan.FromSeconds(1));
        byte[] buffer = new byte[10];
        TcpConnection server = pair.ServerEvents[0].Connection!;
        Assert.Equal("hello"u8, buffer.AsSpan(0, server.Receive(pair.Now, buffer)));
        Assert.True(server.IsAtEnd);
    }

    [Fact]
    public void initial_numbers_of_one_place_grow_and_of_others_differ()
    {
        NetworkStack stack = new RawPeer().Stack;
        ConnectionKey key = new(RawPeer.Local, RawPeer.Peer, 1, 2);
        Instant now = new(TimeSpan.FromHours(1).Ticks);
        uint first = stack.InitialSequence(now, key);
        Assert.Equal(250_000u, stack.InitialSequence(now + TimeSpan.FromSeconds(1), key) - first);
        HashSet<uint> others = [.. Enumerable.Range(0, 1000).Select(port => stack.InitialSequence(now, key with { RemotePort = (ushort)port }))];
        Assert.True(others.Count > 995);
    }

    [Fact]
    public void acknowledgment_of_something_never_sent_is_answered_by_a_reset_while_half_open()
    {
        RawPeer peer = new();
        peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 8);
        peer.Syn();
        peer.StackFirst = Assert.Single(peer.Take()).Sequence + 1;
        peer.Send(TcpFlags.Acknowledge, 0, 5);
        Seen answer = Assert.Single(peer.Take());
        Assert.True(answer.Is(TcpFlags.Reset));
        Assert.Equal(peer.StackFirst + 5, answer.Sequence);
        peer.Send(TcpFlags.Acknowledge, 0, 0);
        Assert.Contains(peer.Events, e => e.Kind == StackEventKind.Accepted);
    }

    [Fact]
    public void connecting_twice_from_one_named_port_is_refused_by_the_stack()
    {
        StackPair pair = new();
        InternetEndpoint remote = new(StackPair.ServerV6, 80);
        pair.Client.Connect(pair.Now, InternetAddress.None, remote, 1000);
        Assert.Throws<AddressInUseException>(() => pair.Client.Connect(pair.Now, InternetAddress.None, remote, 1000));
        Assert.Throws<ArgumentException>(() => pair.Client.Connect(pair.Now, StackPair.ClientV4, remote));
        pair.Client.Listen(InternetAddress.None, 7, 1);
        Assert.Throws<AddressInUseException>(() => pair.Client.Listen(InternetAddress.None, 7, 1));
    }
}
