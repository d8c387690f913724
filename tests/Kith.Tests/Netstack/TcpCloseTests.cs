using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Closing: RFC 9293 section 3.6, TIME-WAIT (RFC 6191, RFC 1337), keepalive (RFC 9293 section 3.8.4).</summary>
public sealed class TcpCloseTests
{
    private readonly byte[] _buffer = new byte[100];

    [Fact]
    public void finished_side_can_still_receive()
    {
        StackPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Open();
        client.Finish(pair.Now);
        pair.Run(TimeSpan.FromMinutes(10));
        Assert.Equal(TcpState.FinishWait2, client.State);
        Assert.Equal(TcpState.CloseWait, server.State);
        Assert.True(server.IsAtEnd);
        Assert.Equal(0, client.Send(pair.Now, "too late"u8));
        server.Send(pair.Now, "still here"u8);
        server.Finish(pair.Now);
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(10, client.Receive(pair.Now, _buffer));
        Assert.True(client.IsAtEnd);
        Assert.Equal(CloseReason.Finished, client.CloseReason);
        Assert.Equal(CloseReason.Finished, server.CloseReason);
    }

    [Fact]
    public void both_sides_may_finish_at_once()
    {
        StackPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Open();
        client.Send(pair.Now, "bye"u8);
        client.Finish(pair.Now);
        server.Finish(pair.Now);
        pair.Flush();
        pair.Run(TimeSpan.FromMilliseconds(15));
        Assert.Equal(TcpState.Closing, client.State);
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(CloseReason.Finished, client.CloseReason);
        Assert.Equal(CloseReason.Finished, server.CloseReason);
        Assert.Equal(1, pair.Client.TimeWait.Count);
        Assert.Equal(1, pair.Server.TimeWait.Count);
        Assert.Equal(3, server.Receive(pair.Now, _buffer));
    }

    [Fact]
    public void events_of_a_connection_come_in_the_order_of_its_life()
    {
        StackPair pair = new();
        (TcpConnection client, _) = pair.Open();
        client.Send(pair.Now, "x"u8);
        client.Finish(pair.Now);
        pair.RunUntil(() => pair.ServerEvents.Any(e => e.Kind == StackEventKind.PeerFinished), TimeSpan.FromSeconds(1));
        pair.ServerEvents[0].Connection!.Finish(pair.Now);
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Equal([StackEventKind.Accepted, StackEventKind.Readable, StackEventKind.PeerFinished, StackEventKind.Closed], pair.ServerEvents.Select(e => e.Kind));
        Assert.Equal([StackEventKind.Connected, StackEventKind.PeerFinished, StackEventKind.Closed], pair.ClientEvents.Select(e => e.Kind));
    }

    [Fact]
    public void abort_resets_the_peer_and_frees_everything()
    {
        StackPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Open();
        client.Send(pair.Now, new byte[1000]);
        server.Send(pair.Now, new byte[1000]);
        pair.Run(TimeSpan.FromMilliseconds(100));
        client.Abort(pair.Now);
        pair.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal(CloseReason.Aborted, client.CloseReason);
        Assert.Equal(CloseReason.Reset, server.CloseReason);
        Assert.Equal(0, pair.Client.BufferedBytes);
        Assert.Equal(0, client.Readable);
        Assert.Equal(0, pair.Client.ConnectionCount);
        Assert.Equal(Instant.Never, pair.Client.NextTimeout);
        server.Abort(pair.Now);
        Assert.Equal(0, pair.Server.BufferedBytes);
    }

    // Found by the simulator's swarm, seed 190: a stream of a device that was revoked seemed to end where the reader was.
    [Fact]
    public void what_an_abort_threw_away_is_not_taken_for_the_end()
    {
        StackPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Open();
        client.Send(pair.Now, new byte[1000]);
        client.Finish(pair.Now);
        pair.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal(400, server.Receive(pair.Now, new byte[400]));
        server.Abort(pair.Now);
        Assert.Equal(0, server.Readable);
        Assert.False(server.IsAtEnd);
    }

    [Fact]
    public void what_was_read_to_the_end_stays_so_after_an_abort()
    {
        StackPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Open();
        client.Send(pair.Now, new byte[1000]);
        client.Finish(pair.Now);
        pair.Run(TimeSpan.FromMilliseconds(100));
        server.Receive(pair.Now, new byte[1000]);
        server.Abort(pair.Now);
        Assert.True(server.IsAtEnd);
    }

    [Fact]
    public void time_wait_answers_a_repeated_finish_and_is_over_after_its_time()
    {
        RawPeer peer = Closed(out TcpConnection connection);
        Assert.Equal(CloseReason.Finished, connection.CloseReason);
        Assert.Equal(1, peer.Stack.TimeWait.Count);
        Assert.True(peer.Ports.Contains(6, RawPeer.Port));
        peer.Take();
        peer.Send(TcpFlags.Acknowledge | TcpFlags.Fin, 0, 1);
        Assert.Equal(RawPeer.PeerStart + 1, Assert.Single(peer.Take()).Acknowledgment);
        peer.Send(TcpFlags.Reset, 1, 1);
        Assert.Equal(1, peer.Stack.TimeWait.Count);
        peer.Run(peer.Stack.Options.TimeWait);
        Assert.Equal(0, peer.Stack.TimeWait.Count);
    }

    [Fact]
    public void newer_syn_takes_a_place_in_time_wait_and_an_older_one_does_not()
    {
        RawPeer peer = Closed(out _);
        peer.ClockOffset -= 60_000;
        peer.Syn(start: unchecked(RawPeer.PeerStart + 5000));
        Assert.Equal(1, peer.Stack.TimeWait.Count);
        Assert.DoesNotContain(peer.Take(), seen => seen.Flags.HasFlag(TcpFlags.Syn));
        peer.ClockOffset += 60_000;
        peer.Run(10);
        peer.Syn(start: unchecked(RawPeer.PeerStart + 5000));
        Assert.Contains(peer.Take(), seen => seen.Is(TcpFlags.Syn | TcpFlags.Acknowledge));
        Assert.Equal(0, peer.Stack.TimeWait.Count);
    }

    [Fact]
    public void silent_peer_is_probed_and_given_up()
    {
        NetworkStackOptions options = new() { KeepAliveIdle = TimeSpan.FromSeconds(30), KeepAliveInterval = TimeSpan.FromSeconds(5), KeepAliveProbesMax = 3 };
        RawPeer peer = new(options);
        TcpConnection connection = peer.Open();
        peer.Run(TimeSpan.FromMinutes(2));
        List<Seen> probes = [.. peer.Take().Where(seen => seen.Is(TcpFlags.Acknowledge))];
        Assert.Equal(3, probes.Count);
        Assert.All(probes, probe => Assert.Equal(peer.StackFirst - 1, probe.Sequence));
        Assert.Equal(CloseReason.TimedOut, connection.CloseReason);
    }

    [Fact]
    public void peer_that_answers_probes_keeps_its_connection()
    {
        StackPair pair = new(client: new NetworkStackOptions { KeepAliveIdle = TimeSpan.FromSeconds(30) });
        (TcpConnection client, TcpConnection server) = pair.Open();
        pair.Run(TimeSpan.FromHours(1));
        Assert.Equal(TcpState.Established, client.State);
        Assert.Equal(TcpState.Established, server.State);
        Assert.InRange(pair.ToServer.Offered, 100, 140);
        pair.ToServer.IsDown = true;
        pair.Run(TimeSpan.FromMinutes(3));
        Assert.Equal(CloseReason.TimedOut, client.CloseReason);
    }

    [Fact]
    public void idle_connection_sends_nothing()
    {
        StackPair pair = new();
        pair.Open();
        pair.Run(TimeSpan.FromSeconds(1));
        long offered = pair.ToServer.Offered + pair.ToClient.Offered;
        pair.Run(TimeSpan.FromDays(2));
        Assert.Equal(offered, pair.ToServer.Offered + pair.ToClient.Offered);
        Assert.Equal(Instant.Never, pair.Client.NextTimeout);
    }

    [Fact]
    public void removing_an_address_ends_its_connections()
    {
        StackPair pair = new();
        (TcpConnection client, _) = pair.Open();
        pair.Client.RemoveAddress(StackPair.ClientV4);
        Assert.Equal(TcpState.Established, client.State);
        pair.Client.RemoveAddress(StackPair.ClientV6);
        Assert.Equal(CloseReason.AddressRemoved, client.CloseReason);
        pair.Flush();
        Assert.Equal(StackEventKind.Closed, pair.ClientEvents[^1].Kind);
    }

    [Fact]
    public void closing_a_listener_keeps_what_it_accepted_and_gives_the_port_back_last()
    {
        StackPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Open();
        Assert.True(pair.ServerPorts.Contains(6, 80));
        StreamTransfer.RunBoth(pair, client, server, 1000, 1000, TimeSpan.FromSeconds(5));
        pair.Run(TimeSpan.FromMinutes(1));
        Assert.False(pair.ServerPorts.Contains(6, 80));
        Assert.False(pair.ClientPorts.Contains(6, client.Local.Port));
    }

    private static RawPeer Closed(out TcpConnection connection)
    {
        RawPeer peer = new();
        connection = peer.Open();
        connection.Finish(peer.Now);
        peer.Flush();
        peer.Send(TcpFlags.Acknowledge, 0, 1);
        peer.Send(TcpFlags.Acknowledge | TcpFlags.Fin, 0, 1);
        return peer;
    }
}
