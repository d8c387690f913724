using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Tunnel;

/// <summary>What happens by itself, under a virtual clock.</summary>
public sealed class TunnelTimerTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly byte[] s_hello = [0x10, 1, 2, 3];

    [Fact]
    public void initiator_that_sends_renews_after_two_minutes()
    {
        using TunnelWorld world = new(1);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        TransportSession first = bAtA.Session!;
        SendEachSecond(world, a, bAtA, 118);
        Assert.Same(first, bAtA.Session);
        SendEachSecond(world, a, bAtA, 4);
        Assert.NotSame(first, bAtA.Session);
        Assert.Equal(2, bAtA.InitiationsSent);
        Assert.Equal(0, aAtB.InitiationsSent);
        Assert.Equal(123, b.Received.Count);
        Assert.False(first.IsRetired);
        world.Run(TimeSpan.FromSeconds(60));
        Assert.True(first.IsRetired);
        Assert.Equal(1, a.CountOf(TunnelEventKind.SessionEnded));
    }

    [Fact]
    public void responder_that_sends_does_not_renew_but_the_initiator_that_receives_does()
    {
        using TunnelWorld world = new(2);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(s_second);

        // Kept from answering, so that A only receives.
        SendEachSecond(world, b, aAtB, 118);
        Assert.Equal(0, aAtB.InitiationsSent);
        SendEachSecond(world, b, aAtB, 60);
        Assert.Equal(0, aAtB.InitiationsSent);
        Assert.Equal(2, bAtA.InitiationsSent);
        Assert.Equal(178, a.Received.Count);
    }

    [Fact]
    public void renewal_by_receiving_alone_comes_after_165_seconds_and_once()
    {
        using TunnelWorld world = new(3);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(s_second);
        world.Carries = datagram => datagram.Type == TunnelMessageType.Transport;
        world.Run(TimeSpan.FromSeconds(162));
        Deliver(world, b, aAtB, a);
        Assert.False(bAtA.IsHandshakeUnderWay);
        world.Run(TimeSpan.FromSeconds(3));
        Deliver(world, b, aAtB, a);
        Assert.True(bAtA.IsHandshakeUnderWay);
        Deliver(world, b, aAtB, a);
        world.Drain();
        Assert.Equal(2, bAtA.InitiationsSent);
    }

    [Fact]
    public void session_of_180_seconds_is_retired_on_both_sides_and_wiped()
    {
        using TunnelWorld world = new(4);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        TransportSession atA = bAtA.Session!;
        TransportSession atB = aAtB.Session!;
        byte[] late = new byte[100];
        Assert.True(a.Machine.TrySeal(a.Now, bAtA, s_hello, late, out int length));
        world.Run(TimeSpan.FromSeconds(178.9));
        Assert.False(atA.IsRetired);
        world.Run(s_second);
        Assert.True(atA.IsRetired && atB.IsRetired);
        Assert.All(new[] { atA, atB }, session => Assert.True(session.SendKey.IndexOfAnyExcept((byte)0) < 0 && session.ReceiveKey.IndexOfAnyExcept((byte)0) < 0));
        Assert.Equal(TunnelVerdict.Ignored, world.Deliver(b, a.Endpoint, late.AsSpan(0, length)));
        Assert.False(a.Machine.TrySeal(a.Now, bAtA, s_hello, late, out _));
        Assert.Null(bAtA.Link.Current);
        Assert.Equal(0, a.Indices.Count);
        Assert.Equal(1, b.CountOf(TunnelEventKind.SessionEnded));
    }

    [Fact]
    public void nothing_secret_is_left_after_three_times_180_seconds()
    {
        using TunnelWorld world = new(5);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        world.Carries = static _ => false;
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(TimeSpan.FromSeconds(540));
        Assert.Equal(0, bAtA.SessionCount);
        Assert.False(bAtA.HoldsEphemeralSecrets);
        Assert.Equal(0, bAtA.StagedPackets);
        Assert.Equal(0, a.Indices.Count + b.Indices.Count);
        Assert.Equal(0, aAtB.SessionCount);
    }

    [Fact]
    public void expired_session_is_not_used_even_if_no_timer_ran()
    {
        using TunnelWorld world = new(6);
        (TunnelHost a, _, TunnelPeer bAtA, _) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        ClockReading late = new(world.Now + TimeSpan.FromSeconds(180), world.WallMilliseconds + 180_000);
        Assert.False(a.Machine.TrySeal(late, bAtA, s_hello, new byte[100], out _));
        a.Machine.Send(late, bAtA, s_hello);
        Assert.True(bAtA.IsHandshakeUnderWay);
    }

    [Fact]
    public void unanswered_initiation_is_repeated_every_five_seconds_for_ninety()
    {
        using TunnelWorld world = new(7);
        (TunnelHost a, _, TunnelPeer bAtA, _) = world.AddPair();
        world.Carries = static _ => false;
        a.Machine.Send(a.Now, bAtA, s_hello);
        List<double> times = [];
        Instant start = world.Now;
        for (int seen = 0; times.LastOrDefault() < 100 && a.CountOf(TunnelEventKind.PeerUnreachable) == 0; world.Run(TimeSpan.FromMilliseconds(1)))
        {
            if (world.Log.Count > seen)
            {
                seen = world.Log.Count;
                times.Add((world.Now - start).TotalSeconds);
            }
        }

        Assert.InRange(times.Count, 17, 19);
        Assert.All(times.Zip(times.Skip(1), static (x, y) => y - x), static gap => Assert.InRange(gap, 4.999, 5.34));
        Assert.InRange((world.Now - start).TotalSeconds, 90, 96);
        Assert.Equal(0, bAtA.StagedPackets);
        Assert.False(bAtA.IsHandshakeUnderWay);
        Assert.Equal(world.Log.Count, world.Log.Select(d => Convert.ToHexString(d.Bytes)).Distinct().Count());
        Assert.Equal(Instant.Never, a.Machine.NextTimeout);
    }

    [Fact]
    public void explicit_handshake_keeps_the_rate_limit_while_one_is_under_way()
    {
        using TunnelWorld world = new(8);
        (TunnelHost a, _, TunnelPeer bAtA, _) = world.AddPair();
        world.Carries = static _ => false;
        for (int i = 0; i < 40; i++)
        {
            a.Machine.BeginHandshake(a.Now, bAtA);
            world.Run(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(1, bAtA.InitiationsSent);
    }

    [Fact]
    public void explicit_handshake_is_begun_at_once_when_none_is_under_way()
    {
        using TunnelWorld world = new(9);
        (TunnelHost a, _, TunnelPeer bAtA, _) = world.AddPair();
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(s_second);
        TransportSession first = bAtA.Session!;
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(s_second);
        Assert.NotSame(first, bAtA.Session);
    }

    [Fact]
    public void data_unanswered_for_fifteen_seconds_begins_a_handshake()
    {
        using TunnelWorld world = new(10);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(TimeSpan.FromSeconds(12));
        Assert.Equal(1, b.Sent.Count(t => t == TunnelMessageType.Transport));

        // B forgets everything, as after a restart.
        b.Machine.RemovePeer(aAtB);
        b.Know(a);
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(TimeSpan.FromSeconds(14.9));
        Assert.Equal(1, bAtA.InitiationsSent);
        world.Run(s_second);
        Assert.Equal(2, bAtA.InitiationsSent);
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        Assert.Equal(2, b.Received.Count);
    }

    [Fact]
    public void unreachable_peer_is_not_tried_again_until_something_is_sent()
    {
        using TunnelWorld world = new(11);
        (TunnelHost a, _, TunnelPeer bAtA, _) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(TimeSpan.FromSeconds(12));
        world.Carries = static _ => false;
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(TimeSpan.FromSeconds(300));
        Assert.Equal(1, a.CountOf(TunnelEventKind.PeerUnreachable));
        long sent = bAtA.InitiationsSent;
        world.Run(TimeSpan.FromSeconds(600));
        Assert.Equal(sent, bAtA.InitiationsSent);
        a.Machine.Send(a.Now, bAtA, s_hello);
        Assert.Equal(sent + 1, bAtA.InitiationsSent);
    }

    [Fact]
    public void received_data_is_acknowledged_by_a_keepalive_after_ten_seconds()
    {
        using TunnelWorld world = new(12);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, a.Keepalives);
        world.Run(s_second);
        Assert.Equal(1, a.Keepalives);
        world.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(1, a.Keepalives);
        Assert.Equal(0, b.Keepalives);
        Assert.Equal(1, bAtA.InitiationsSent);
    }

    [Fact]
    public void persistent_keepalive_is_off_by_default_and_kept_when_on()
    {
        using TunnelWorld world = new(13);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        world.Run(TimeSpan.FromSeconds(60));
        Assert.Empty(world.Log);
        a.Machine.SetPersistentKeepalive(a.Now, bAtA, TimeSpan.FromSeconds(25));
        world.Run(s_second);
        Assert.NotNull(bAtA.Session);
        int before = b.Keepalives;
        world.Run(TimeSpan.FromSeconds(100));
        Assert.Equal(before + 4, b.Keepalives);
        world.Run(TimeSpan.FromSeconds(1000));
        Assert.NotNull(bAtA.Session);
        Assert.NotNull(aAtB.Session);
        a.Machine.SetPersistentKeepalive(a.Now, bAtA, null);
        world.Run(TimeSpan.FromSeconds(400));
        Assert.Equal(Instant.Never, a.Machine.NextTimeout);
        Assert.Throws<ArgumentOutOfRangeException>(() => a.Machine.SetPersistentKeepalive(a.Now, bAtA, TimeSpan.Zero));
    }

    [Fact]
    public void persistent_keepalive_brings_an_unreachable_peer_back()
    {
        using TunnelWorld world = new(14);
        (TunnelHost a, _, TunnelPeer bAtA, _) = world.AddPair();
        world.Carries = static _ => false;
        a.Machine.SetPersistentKeepalive(a.Now, bAtA, TimeSpan.FromSeconds(25));
        world.Run(TimeSpan.FromSeconds(600));
        Assert.InRange(bAtA.InitiationsSent, 60, 125);
        Assert.InRange(bAtA.StagedPackets, 0, 1);
        world.Carries = static _ => true;
        world.RunUntil(() => bAtA.Session is not null, TimeSpan.FromSeconds(31));
    }

    [Fact]
    public void fast_path_traffic_drives_the_same_timers()
    {
        using TunnelWorld world = new(15);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(s_second);

        // As the fast path does: count, and report at most every half second.
        TransportSession session = bAtA.Session!;
        bAtA.Link.Traffic.NoteSent(world.Now, 1, 100, isData: true);
        Assert.True(bAtA.Link.Traffic.ShouldNotify(world.Now));
        a.Machine.HandleTraffic(a.Now, bAtA, session, received: false);
        bAtA.Link.Traffic.NoteReceived(world.Now, 1, 100, isData: true);
        world.Run(TimeSpan.FromMilliseconds(300));
        bAtA.Link.Traffic.NoteSent(world.Now, 1, 100, isData: true);
        Assert.False(bAtA.Link.Traffic.ShouldNotify(world.Now));

        // The second packet was never reported, and still its silence is noticed.
        world.Run(TimeSpan.FromSeconds(15.6));
        Assert.Equal(2, bAtA.InitiationsSent);

        world.Run(TimeSpan.FromSeconds(121));
        a.Machine.HandleTraffic(a.Now, bAtA, bAtA.Session!, received: false);
        Assert.Equal(3, bAtA.InitiationsSent);
        Assert.Equal(0, aAtB.InitiationsSent);
    }

    [Fact]
    public void first_packet_on_the_fast_path_confirms_the_session()
    {
        using TunnelWorld world = new(16);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        world.Carries = datagram => datagram.Type != TunnelMessageType.Transport;
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(s_second);
        Dictionary<uint, TunnelReceiver> receivers = [];
        b.Machine.CollectReceivers(receivers);
        TransportSession session = Assert.Single(receivers).Value.Session;
        Assert.Null(aAtB.Link.Current);
        b.Machine.HandleTraffic(b.Now, aAtB, session, received: true);
        Assert.Same(session, aAtB.Link.Current);
        world.Drain();
        Assert.Equal(a.Endpoint, Assert.Single(b.Events).Endpoint);
    }

    [Fact]
    public void renewal_comes_after_the_set_number_of_packets()
    {
        using TunnelWorld world = new(17);
        TunnelHost a = world.AddHost("192.0.2.1:1", options: new TunnelOptions { RekeyAfterMessages = 100 });
        TunnelHost b = world.AddHost("192.0.2.2:2");
        TunnelPeer bAtA = a.Know(b);
        b.Know(a);
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(TimeSpan.FromSeconds(6));
        for (int i = 0; i < 99; i++)
        {
            a.Machine.Send(a.Now, bAtA, s_hello);
        }

        Assert.Equal(1, bAtA.InitiationsSent);
        a.Machine.Send(a.Now, bAtA, s_hello);
        Assert.Equal(2, bAtA.InitiationsSent);
        world.Run(s_second);
        Assert.Equal(1ul, bAtA.Session!.NextCounter);
    }

    [Fact]
    public void packets_wait_for_the_handshake_within_bounds()
    {
        using TunnelWorld world = new(18);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair();
        for (int i = 0; i < TunnelLimits.StagedPacketsMax + 50; i++)
        {
            a.Machine.Send(a.Now, bAtA, [0x10, (byte)i]);
        }

        Assert.Equal(TunnelLimits.StagedPacketsMax, bAtA.StagedPackets);
        Assert.Equal(50, bAtA.StagedDropped);
        world.Run(s_second);
        Assert.Equal(TunnelLimits.StagedPacketsMax, b.Received.Count);
        Assert.Equal([0x10, 50], b.Received[0]);
        Assert.Equal(1, bAtA.InitiationsSent);
    }

    [Fact]
    public void clock_set_back_ten_years_stops_no_handshake_even_across_a_restart()
    {
        using TunnelWorld world = new(19);
        byte[] key = TunnelHost.NewKey(world);
        HandshakeClock clock = new(0);
        TunnelHost a = world.AddHost("192.0.2.1:1", key, clock);
        TunnelHost b = world.AddHost("192.0.2.2:2");
        TunnelPeer bAtA = a.Know(b);
        TunnelPeer aAtB = b.Know(a);
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        a.ClockError = -TimeSpan.FromDays(3650);
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(s_second);
        Assert.Equal(2, aAtB.InitiationsAccepted);
        world.Remove(a);

        TunnelHost restarted = world.AddHost("192.0.2.1:1", key, new HandshakeClock(clock.Ceiling));
        restarted.ClockError = -TimeSpan.FromDays(3650);
        aAtB.Tag = restarted;
        TunnelPeer bAgain = restarted.Know(b);
        restarted.Machine.Send(restarted.Now, bAgain, s_hello);
        world.Run(s_second);
        Assert.Equal(3, aAtB.InitiationsAccepted);
        Assert.Equal(2, b.Received.Count);
    }

    [Fact]
    public void host_that_moves_is_reported_where_it_is()
    {
        using TunnelWorld world = new(20);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        world.Move(a, "198.51.100.7:777");
        a.Machine.Send(a.Now, bAtA, s_hello);
        b.Machine.Send(b.Now, aAtB, s_hello);
        world.Run(s_second);
        Assert.Equal(2, b.Received.Count);
        Assert.Single(a.Received);
        Assert.Equal(1, aAtB.InitiationsAccepted);
    }

    private static void SendEachSecond(TunnelWorld world, TunnelHost host, TunnelPeer peer, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            host.Machine.Send(host.Now, peer, s_hello);
            world.Run(s_second);
        }
    }

    // One packet straight from host to host, without the network in between.
    private static void Deliver(TunnelWorld world, TunnelHost from, TunnelPeer peer, TunnelHost to)
    {
        byte[] datagram = new byte[100];
        Assert.True(from.Machine.TrySeal(from.Now, peer, s_hello, datagram, out int length));
        Assert.Equal(TunnelVerdict.Plaintext, world.Deliver(to, from.Endpoint, datagram.AsSpan(0, length)));
    }
}
