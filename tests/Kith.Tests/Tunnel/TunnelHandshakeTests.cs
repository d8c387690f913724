using Kith.Protocol.Crypto;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Tunnel;

/// <summary>Handshakes between two machines: A at 192.0.2.1, B at 2001:db8::2.</summary>
public sealed class TunnelHandshakeTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly byte[] s_hello = [0x10, 1, 2, 3];
    private static readonly byte[] s_presharedKey = [.. Enumerable.Range(100, 32).Select(static i => (byte)i)];

    [Fact]
    public void first_packet_makes_a_session_and_arrives()
    {
        using TunnelWorld world = new(1);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);

        Assert.Equal(s_hello, Assert.Single(b.Received));
        Assert.Equal([TunnelMessageType.Initiation, TunnelMessageType.Transport], a.Sent);
        Assert.Equal([TunnelMessageType.Response], b.Sent);
        Assert.Equal(TunnelEventKind.SessionEstablished, Assert.Single(a.Events).Kind);
        Assert.Equal(b.Endpoint, a.Events[0].Endpoint);
        Assert.Equal(a.Endpoint, Assert.Single(b.Events).Endpoint);
        Assert.Same(bAtA.Session, bAtA.Link.Current);
        Assert.Same(aAtB.Session, aAtB.Link.Current);
    }

    [Fact]
    public void both_directions_carry_after_one_handshake()
    {
        using TunnelWorld world = new(2);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        b.Machine.BeginHandshake(b.Now, aAtB);
        world.Run(s_second);
        a.Machine.Send(a.Now, bAtA, s_hello);
        b.Machine.Send(b.Now, aAtB, s_hello);
        world.Run(s_second);

        Assert.Single(a.Received);
        Assert.Single(b.Received);
        Assert.DoesNotContain(TunnelMessageType.Initiation, a.Sent);
        Assert.Equal(1, a.Keepalives);
    }

    [Fact]
    public void internet_packet_arrives_padded_to_sixteen()
    {
        using TunnelWorld world = new(3);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair();
        byte[] packet = [0x45, .. new byte[20]];
        a.Machine.Send(a.Now, bAtA, packet);
        world.Run(s_second);
        Assert.Equal([.. packet, .. new byte[11]], Assert.Single(b.Received));
    }

    [Fact]
    public void responder_does_not_send_before_it_has_heard_on_the_session()
    {
        using TunnelWorld world = new(4);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        world.Carries = datagram => datagram.Type != TunnelMessageType.Transport;
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(s_second);
        b.Machine.Send(b.Now, aAtB, s_hello);
        world.Run(s_second);
        Assert.Null(aAtB.Link.Current);
        Assert.Equal([TunnelMessageType.Response], b.Sent);
        Assert.Empty(b.Events);

        world.Carries = static _ => true;
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        Assert.Single(a.Received);
        Assert.NotNull(aAtB.Link.Current);
    }

    [Fact]
    public void sessions_work_with_the_same_preshared_key()
    {
        using TunnelWorld world = new(5);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair(s_presharedKey, s_presharedKey);
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        Assert.Single(b.Received);
    }

    [Fact]
    public void no_session_with_different_preshared_keys()
    {
        using TunnelWorld world = new(6);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair(s_presharedKey);
        a.Machine.Send(a.Now, bAtA, s_hello);
        b.Machine.Send(b.Now, aAtB, s_hello);
        world.Run(TimeSpan.FromSeconds(120));
        Assert.Empty(a.Received);
        Assert.Empty(b.Received);
        Assert.Equal(0, a.CountOf(TunnelEventKind.SessionEstablished));
        Assert.Equal(1, a.CountOf(TunnelEventKind.PeerUnreachable));
    }

    [Fact]
    public void stranger_is_met_with_silence()
    {
        using TunnelWorld world = new(7);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        b.Machine.RemovePeer(aAtB);
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        Assert.Empty(b.Sent);
        Assert.Equal(0, b.Indices.Count);
    }

    [Fact]
    public void initiation_for_another_key_is_met_with_silence()
    {
        using TunnelWorld world = new(8);
        (TunnelHost a, TunnelHost b, _, _) = world.AddPair();
        TunnelHost c = world.AddHost("192.0.2.3:3000");
        TunnelPeer cAtA = a.Know(c);
        cAtA.Tag = b;
        a.Machine.BeginHandshake(a.Now, cAtA);
        world.Run(s_second);
        Assert.Empty(b.Sent);
    }

    [Fact]
    public void replayed_initiation_is_not_answered()
    {
        using TunnelWorld world = new(9);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair();
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(s_second);
        byte[] initiation = world.Log.First(d => d.Type == TunnelMessageType.Initiation).Bytes;
        int before = b.Sent.Count;
        world.Inject(a.Endpoint, b, initiation);
        world.Run(TimeSpan.FromSeconds(10));
        world.Inject(a.Endpoint, b, initiation);
        world.Run(s_second);
        Assert.Equal(before, b.Sent.Count(t => t != TunnelMessageType.Transport));
    }

    [Fact]
    public void replayed_response_and_packet_are_ignored()
    {
        using TunnelWorld world = new(10);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        TransportSession? session = bAtA.Session;
        Assert.Equal(TunnelVerdict.Ignored, world.Deliver(a, b.Endpoint, world.Log.First(d => d.Type == TunnelMessageType.Response).Bytes));
        Assert.Equal(TunnelVerdict.Ignored, world.Deliver(b, a.Endpoint, world.Log.First(d => d.Type == TunnelMessageType.Transport).Bytes));
        Assert.Same(session, bAtA.Session);
        Assert.Single(b.Received);
    }

    [Fact]
    public void message_altered_in_any_byte_is_answered_by_nothing()
    {
        using TunnelWorld world = new(11);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair();
        world.Carries = static _ => false;
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Drain();
        AssertEveryAlterationIgnored(world, b, a.Endpoint, world.Log[^1].Bytes);

        world.Deliver(b, a.Endpoint, world.Log[^1].Bytes);
        world.Drain();
        AssertEveryAlterationIgnored(world, a, b.Endpoint, world.Log[^1].Bytes);

        Assert.Equal(TunnelVerdict.Handshake, world.Deliver(a, b.Endpoint, world.Log[^1].Bytes));
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Drain();
        byte[] packet = world.Log[^1].Bytes;
        AssertEveryAlterationIgnored(world, b, a.Endpoint, packet);
        Assert.Equal(TunnelVerdict.Plaintext, world.Deliver(b, a.Endpoint, packet));
    }

    [Fact]
    public void nonsense_of_any_length_and_type_is_ignored()
    {
        using TunnelWorld world = new(12);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        int sent = b.Sent.Count;
        for (int length = 0; length < 300; length++)
        {
            for (byte type = 0; type < 6; type++)
            {
                byte[] datagram = new byte[length];
                world.Random.Fill(datagram);
                datagram.AsSpan(0, Math.Min(4, length)).Clear();
                if (length > 0)
                {
                    datagram[0] = type;
                }

                Assert.Equal(TunnelVerdict.Ignored, world.Deliver(b, a.Endpoint, datagram));
            }
        }

        world.Drain();
        Assert.Equal(sent, b.Sent.Count);
    }

    [Fact]
    public void handshake_leaves_no_ephemeral_state()
    {
        using TunnelWorld world = new(13);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        Assert.True(bAtA.HoldsEphemeralSecrets);
        world.Run(s_second);
        Assert.False(bAtA.HoldsEphemeralSecrets);
        Assert.False(aAtB.HoldsEphemeralSecrets);
        Assert.Equal(1, a.Indices.Count);
        Assert.Equal(1, b.Indices.Count);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(80, 0)]
    [InlineData(1, 50)]
    [InlineData(20, 300)]
    public void simultaneous_initiation_settles_without_a_storm(int delayMilliseconds, int jitterMilliseconds)
    {
        using TunnelWorld world = new(14)
        {
            Delay = TimeSpan.FromMilliseconds(delayMilliseconds),
            DelayJitter = TimeSpan.FromMilliseconds(jitterMilliseconds),
        };
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        b.Machine.Send(b.Now, aAtB, s_hello);
        for (int i = 0; i < 600; i++)
        {
            a.Machine.Send(a.Now, bAtA, s_hello);
            b.Machine.Send(b.Now, aAtB, s_hello);
            world.Run(s_second);
        }

        // All that was sent arrived, and in ten minutes there were hardly more handshakes than renewals.
        Assert.Equal(601, a.Received.Count);
        Assert.Equal(601, b.Received.Count);
        Assert.InRange(bAtA.InitiationsSent + aAtB.InitiationsSent, 5, 12);
    }

    [Fact]
    public void simultaneous_initiation_ends_with_the_same_session_on_both_sides()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            using TunnelWorld world = new(seed);
            (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
            a.Machine.Send(a.Now, bAtA, s_hello);
            world.Run(TimeSpan.FromMilliseconds(seed % 10));
            b.Machine.Send(b.Now, aAtB, s_hello);
            world.Run(s_second);
            Assert.True(bAtA.Session!.LocalIndex == aAtB.Session!.RemoteIndex, $"seed {seed}");
            Assert.Equal(1, a.Received.Count(packet => packet.AsSpan().SequenceEqual(s_hello)));
            Assert.Equal(1, b.Received.Count(packet => packet.AsSpan().SequenceEqual(s_hello)));
            Assert.Equal(2, bAtA.InitiationsSent + aAtB.InitiationsSent);

            // The side with the greater key began it, whoever was first.
            Assert.Equal(bAtA.PublicKey.CompareTo(aAtB.PublicKey) < 0, bAtA.Session.IsInitiator);
        }
    }

    [Fact]
    public void old_initiation_replayed_after_a_restart_does_not_delay_a_handshake()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            using TunnelWorld world = new(seed);
            byte[] keyOfA = TunnelHost.NewKey(world);
            TunnelHost a = world.AddHost("192.0.2.1:1", keyOfA);
            TunnelHost b = world.AddHost("192.0.2.2:2");
            a.Know(b);
            TunnelPeer aAtB = b.Know(a);
            b.Machine.BeginHandshake(b.Now, aAtB);
            world.Run(s_second);
            byte[] old = world.Log.First(d => d.Type == TunnelMessageType.Initiation).Bytes;
            HandshakeClock clock = new(a.Clock.Ceiling);
            world.Remove(a);

            TunnelHost restarted = world.AddHost("192.0.2.1:1", keyOfA, clock);
            aAtB.Tag = restarted;
            TunnelPeer bAgain = restarted.Know(b);
            restarted.Machine.Send(restarted.Now, bAgain, s_hello);
            Assert.Equal(TunnelVerdict.Handshake, world.Deliver(restarted, b.Endpoint, old));
            world.Run(s_second);
            Assert.Single(b.Received);
        }
    }

    [Fact]
    public void handshake_over_a_lossy_link_succeeds_fifty_times_of_fifty()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            using TunnelWorld world = new(seed);
            (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
            world.Carries = _ => world.Random.NextDouble() >= 0.3;
            a.Machine.Send(a.Now, bAtA, s_hello);
            b.Machine.Send(b.Now, aAtB, s_hello);
            world.RunUntil(() => aAtB.Session is not null && bAtA.Session is not null, TimeSpan.FromSeconds(90));
        }
    }

    [Fact]
    public void initiations_of_one_peer_closer_than_twenty_milliseconds_are_dropped()
    {
        using TunnelWorld world = new(15);
        (_, TunnelHost b, TunnelPeer _, TunnelPeer aAtB) = world.AddPair();
        byte[] key = TunnelHost.NewKey(world);
        using StaticKeys keys = new(key);
        using PeerKeys peer = new(keys, b.Machine.PublicKey, default);
        using ChaChaPoly cipher = new();
        using InitiatorHandshake initiator = new(keys, peer, cipher);
        TunnelPeer flooder = b.Machine.AddPeer(keys.PublicKey, new PeerLink(99));
        int answered = 0;
        for (int i = 0; i < 100; i++)
        {
            byte[] message = new byte[InitiationMessage.Length];
            initiator.Begin(1, Tai64n.FromUnixMilliseconds(1000 + i), world.Random, message);
            new CookieGenerator(peer.PublicKeyBytes).AddMacs(world.Now, message);
            answered += world.Deliver(b, aAtB.Tag is TunnelHost a ? a.Endpoint : default, message) == TunnelVerdict.Handshake ? 1 : 0;
            world.Run(TimeSpan.FromMilliseconds(5));
        }

        Assert.Equal(25, answered);
        Assert.Equal(25, flooder.InitiationsAccepted);
        Assert.Equal(1, flooder.SessionCount);
    }

    [Fact]
    public void receiver_index_names_its_machine()
    {
        using TunnelWorld world = new(16);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        int version = a.Machine.Version;
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        Dictionary<uint, TunnelReceiver> receivers = [];
        a.Machine.CollectReceivers(receivers);
        (uint index, TunnelReceiver receiver) = Assert.Single(receivers);
        Assert.Same(bAtA.Session, receiver.Session);
        Assert.Same(bAtA.Link, receiver.Link);
        Assert.True(a.Machine.OwnsReceiver(index));
        Assert.False(b.Machine.OwnsReceiver(index));
        Assert.Equal(index, aAtB.Session!.RemoteIndex);
        Assert.NotEqual(version, a.Machine.Version);
    }

    [Fact]
    public void full_index_table_stops_handshakes_and_nothing_else()
    {
        using TunnelWorld world = new(17);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        List<uint> taken = [];
        while (b.Indices.TryAllocate(world.Random, out uint index))
        {
            taken.Add(index);
        }

        a.Machine.Send(a.Now, bAtA, s_hello);
        b.Machine.BeginHandshake(b.Now, aAtB);
        world.Run(s_second);
        Assert.Empty(b.Sent);
        taken.ForEach(b.Indices.Release);
        world.Run(TimeSpan.FromSeconds(10));
        Assert.Single(b.Received);
    }

    [Fact]
    public void removed_peer_loses_everything_at_once()
    {
        using TunnelWorld world = new(18);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        TransportSession session = aAtB.Session!;
        b.Machine.Send(b.Now, aAtB, s_hello);
        b.Machine.RemovePeer(aAtB);
        Assert.True(session.IsRetired);
        Assert.Equal(new byte[32], session.SendKey.ToArray());
        Assert.Null(aAtB.Link.Current);
        Assert.Equal(0, b.Indices.Count);
        Assert.Equal(0, b.Machine.PeerCount);
        Assert.Equal(Instant.Never, b.Machine.NextTimeout);
        Assert.False(b.Machine.TryGetTransmit(new byte[100], out _));

        b.Machine.RemovePeer(aAtB);
        b.Machine.Send(b.Now, aAtB, s_hello);
        b.Machine.BeginHandshake(b.Now, aAtB);
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(TimeSpan.FromSeconds(60));
        Assert.Single(b.Received);
        Assert.Equal(1, b.CountOf(TunnelEventKind.SessionEnded));
    }

    [Fact]
    public void peers_are_bounded_and_unique()
    {
        using TunnelWorld world = new(19);
        TunnelHost a = world.AddHost("192.0.2.1:1");
        Assert.Throws<ArgumentException>(() => a.Machine.AddPeer(a.Machine.PublicKey, new PeerLink(0)));
        Assert.Throws<ArgumentException>(() => a.Machine.AddPeer(default, new PeerLink(0)));
        byte[] key = new byte[32];
        while (a.Machine.PeerCount < TunnelLimits.PeersMax)
        {
            world.Random.Fill(key);
            a.Machine.AddPeer(new Bytes32(key), new PeerLink(0));
        }

        Assert.Throws<ArgumentException>(() => a.Machine.AddPeer(new Bytes32(key), new PeerLink(0)));
        world.Random.Fill(key);
        Assert.Throws<InvalidOperationException>(() => a.Machine.AddPeer(new Bytes32(key), new PeerLink(0)));
    }

    [Fact]
    public void transmit_queue_is_bounded()
    {
        using TunnelWorld world = new(20);
        (TunnelHost a, _, TunnelPeer bAtA, _) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        for (int i = 0; i < TunnelLimits.TransmitQueueMax + 100; i++)
        {
            a.Machine.Send(a.Now, bAtA, s_hello);
        }

        byte[] buffer = new byte[100];
        Assert.Throws<ArgumentException>(() => a.Machine.TryGetTransmit(new byte[10], out _));
        int count = 0;
        while (a.Machine.TryGetTransmit(buffer, out _))
        {
            count++;
        }

        Assert.Equal(TunnelLimits.TransmitQueueMax, count);
    }

    [Fact]
    public void single_packet_is_sealed_into_the_callers_memory()
    {
        using TunnelWorld world = new(21);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair();
        byte[] datagram = new byte[100];
        Assert.False(a.Machine.TrySeal(a.Now, bAtA, s_hello, datagram, out int length));
        Assert.Equal(0, length);
        a.Machine.BeginHandshake(a.Now, bAtA);
        world.Run(s_second);
        Assert.True(a.Machine.TrySeal(a.Now, bAtA, s_hello, datagram, out length));
        Assert.Equal(s_hello.Length + TransportHeader.OverheadBytes, length);
        Assert.Equal(TunnelVerdict.Plaintext, world.Deliver(b, a.Endpoint, datagram.AsSpan(0, length)));
        Assert.Equal(s_hello, Assert.Single(b.Received));
        Assert.Throws<ArgumentException>(() => a.Machine.TrySeal(a.Now, bAtA, s_hello, new byte[20], out _));
    }

    [Fact]
    public void sealing_and_opening_allocate_nothing()
    {
        using TunnelWorld world = new(22);
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, _) = world.AddPair();
        a.Machine.Send(a.Now, bAtA, s_hello);
        world.Run(s_second);
        byte[] packet = new byte[1360];
        packet[0] = 0x60;
        byte[] datagram = new byte[2048];
        List<long> allocated = [];
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                a.Machine.Send(a.Now, bAtA, packet);
                a.Machine.TryGetTransmit(datagram, out TunnelTransmit transmit);
                b.Machine.HandleDatagram(b.Now, a.Endpoint, datagram.AsSpan(0, transmit.Length), out _, out _, out _);
            }

            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // The first round warms up, and a collection may empty the pool in one of the others.
        Assert.Contains(0, allocated);
    }

    private static void AssertEveryAlterationIgnored(TunnelWorld world, TunnelHost host, InternetEndpoint source, byte[] message)
    {
        int sent = host.Sent.Count;
        for (int offset = 0; offset < message.Length; offset++)
        {
            foreach (byte flip in (byte[])[0x01, 0x80])
            {
                byte[] altered = [.. message];
                altered[offset] ^= flip;

                // mac2 means something under load only; an initiation altered there is as good as the original.
                bool isMac2 = message.Length is InitiationMessage.Length or ResponseMessage.Length && offset >= message.Length - TunnelSpecification.MacBytes;
                if (!isMac2)
                {
                    Assert.True(world.Deliver(host, source, altered) == TunnelVerdict.Ignored, $"offset {offset}");
                }
            }
        }

        world.Drain();
        Assert.Equal(sent, host.Sent.Count);
    }
}
