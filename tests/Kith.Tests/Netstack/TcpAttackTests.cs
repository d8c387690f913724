using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Blind attacks and old segments: RFC 5961, RFC 7323 section 5, RFC 5927.</summary>
public sealed class TcpAttackTests
{
    [Fact]
    public void reset_with_the_very_next_number_ends_the_connection()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Send(TcpFlags.Reset, 0, 0);
        Assert.Equal(CloseReason.Reset, connection.CloseReason);
        Assert.Contains(peer.Events, e => e.Kind == StackEventKind.Closed && e.Reason == CloseReason.Reset);
    }

    [Fact]
    public void reset_elsewhere_in_the_window_is_questioned()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Send(TcpFlags.Reset, 1000, 0);
        Assert.Equal(TcpState.Established, connection.State);
        Seen challenge = Assert.Single(peer.Take());
        Assert.True(challenge.Is(TcpFlags.Acknowledge));
        Assert.Equal(RawPeer.PeerStart, challenge.Acknowledgment);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(70_000)]
    [InlineData(1_000_000_000)]
    public void reset_outside_the_window_is_ignored(int sequence)
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Send(TcpFlags.Reset, sequence, 0);
        Assert.Equal(TcpState.Established, connection.State);
        Assert.Empty(peer.Take());
    }

    [Fact]
    public void syn_inside_a_connection_is_questioned()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Send(TcpFlags.Syn, 100, 0);
        Assert.Equal(TcpState.Established, connection.State);
        Assert.True(Assert.Single(peer.Take()).Is(TcpFlags.Acknowledge));
    }

    [Fact]
    public void data_that_acknowledges_what_was_never_sent_is_questioned_and_dropped()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Send(TcpFlags.Acknowledge, 0, 1000, 65535, "forged"u8);
        Assert.Equal(0, connection.Readable);
        Assert.True(Assert.Single(peer.Take()).Is(TcpFlags.Acknowledge));
        peer.Send(TcpFlags.Acknowledge, 0, -200_000, 65535, "forged"u8);
        Assert.Equal(0, connection.Readable);
    }

    [Fact]
    public void challenges_are_limited()
    {
        RawPeer peer = new();
        peer.Open();
        for (int i = 0; i < 1000; i++)
        {
            peer.Send(TcpFlags.Reset, 1000 + i, 0);
        }

        Assert.InRange(peer.Take().Count, 1, 10);
    }

    [Fact]
    public void segment_with_an_older_timestamp_is_dropped_and_answered()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Run(1000);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, "new"u8);
        peer.Run(100);
        peer.Take();
        peer.ClockOffset = -60_000;
        peer.Send(TcpFlags.Acknowledge, 3, 0, 65535, "old"u8);
        Assert.Equal(3, connection.Readable);
        Assert.Equal(RawPeer.PeerStart + 3u, Assert.Single(peer.Take()).Acknowledgment);
        peer.ClockOffset = 1000;
        peer.Send(TcpFlags.Acknowledge, 3, 0, 65535, "now"u8);
        Assert.Equal(6, connection.Readable);
    }

    [Fact]
    public void acknowledgment_overtaken_by_a_newer_one_is_not_answered()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        connection.Send(peer.Now, new byte[2000]);
        peer.Run(10);
        peer.Send(TcpFlags.Acknowledge, 0, 2000);
        peer.Take();
        peer.ClockOffset -= 5;
        peer.Send(TcpFlags.Acknowledge, 0, 1000);
        Assert.Empty(peer.Take());
        Assert.Equal(0, connection.Unacknowledged);
    }

    [Fact]
    public void segment_without_the_agreed_timestamps_is_dropped()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Raw(new ConnectionKey(RawPeer.Peer, RawPeer.Local, 5000, 80), RawPeer.PeerStart, peer.StackFirst, TcpFlags.Acknowledge, 1000, default, "bare"u8);
        Assert.Equal(0, connection.Readable);
    }

    [Fact]
    public void segment_with_a_wrong_checksum_is_dropped_and_counted()
    {
        StackPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Open();
        pair.ToServer.Filter = packet =>
        {
            packet[^1] ^= 1;
            return true;
        };
        client.Send(pair.Now, "hello"u8);
        pair.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal(0, server.Readable);
        Assert.True(pair.Server.Statistics.Malformed > 0);
        pair.ToServer.Filter = null;
        pair.RunUntil(() => server.Readable == 5, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void data_beyond_the_window_is_cut_off()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        byte[] data = new byte[60_000];
        peer.Send(TcpFlags.Acknowledge, 30_000, 0, 65535, data);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, data);
        Assert.InRange(connection.Readable, 60_000, TcpConnection.InitialReceiveBytes + 200);
        peer.Send(TcpFlags.Acknowledge, connection.Readable + 100_000, 0, 65535, data);
        Assert.InRange(peer.Stack.BufferedBytes, 1, 6 * 16384);
    }

    [Fact]
    public void finish_behind_a_hole_waits_for_the_hole()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Send(TcpFlags.Acknowledge | TcpFlags.Fin, 5, 0, 65535, "world"u8);
        Assert.Equal(TcpState.Established, connection.State);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, "hello"u8);
        Assert.Equal(TcpState.CloseWait, connection.State);
        Assert.Equal(10, connection.Readable);
        Assert.False(connection.IsAtEnd);

        // What pretends to come after the end is not taken.
        peer.Send(TcpFlags.Acknowledge, 11, 0, 65535, "more"u8);
        Assert.Equal(10, connection.Readable);
    }
}
