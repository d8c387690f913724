using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>Two machines over a network that loses, repeats and reorders, for an hour of virtual time.</summary>
public sealed class TunnelChaosTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void an_hour_of_loss_reordering_and_repetition_delivers_each_packet_at_most_once(int seed)
    {
        using TunnelWorld world = new(seed) { DelayJitter = TimeSpan.FromMilliseconds(200) };
        (TunnelHost a, TunnelHost b, TunnelPeer bAtA, TunnelPeer aAtB) = world.AddPair();
        world.Carries = datagram =>
        {
            if (world.Random.NextDouble() < 0.05)
            {
                world.Repeat(datagram);
            }

            return world.Random.NextDouble() >= 0.1;
        };

        const int seconds = 3600;
        for (int i = 0; i < seconds; i++)
        {
            a.Machine.Send(a.Now, bAtA, Packet(i));
            b.Machine.Send(b.Now, aAtB, Packet(i));
            world.Run(TimeSpan.FromSeconds(1));
        }

        foreach (TunnelHost host in (TunnelHost[])[a, b])
        {
            Assert.Equal(host.Received.Count, host.Received.Select(Convert.ToHexString).Distinct().Count());

            // A tenth is lost on the way; nothing beside that may be.
            Assert.InRange(host.Received.Count, (int)(seconds * 0.87), seconds);
            Assert.InRange(host.Indices.Count, 1, 5);
        }

        // Thirty renewals in an hour, some of them begun by both sides or repeated after a loss.
        Assert.InRange(bAtA.InitiationsSent + aAtB.InitiationsSent, 30, 75);
    }

    [Fact]
    public void fifty_of_fifty_handshakes_come_through_where_three_of_ten_datagrams_are_lost()
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            using TunnelWorld world = new(seed);
            (TunnelHost a, _, TunnelPeer bAtA, _) = world.AddPair();
            world.Carries = _ => world.Random.NextDouble() >= 0.3;
            a.Machine.BeginHandshake(a.Now, bAtA);
            world.Run(TunnelSpecification.RekeyAttemptTime);
            Assert.True(bAtA.Link.Current is not null, $"seed {seed}: no session after {TunnelSpecification.RekeyAttemptTime}");
        }
    }

    [Fact]
    public void both_sides_restarting_at_random_always_come_back()
    {
        using TunnelWorld world = new(9);
        byte[] keyOfB = TunnelHost.NewKey(world);
        TunnelHost a = world.AddHost("192.0.2.1:1");
        HandshakeClock clock = new(0);
        TunnelHost b = world.AddHost("192.0.2.2:2", keyOfB, clock);
        TunnelPeer bAtA = a.Know(b);
        TunnelPeer aAtB = b.Know(a);
        for (int i = 0; i < 40; i++)
        {
            world.Remove(b);
            clock = new HandshakeClock(clock.Ceiling);
            b = world.AddHost("192.0.2.2:2", keyOfB, clock);
            bAtA.Tag = b;
            aAtB = b.Know(a);
            world.Run(TimeSpan.FromMilliseconds(world.Random.NextBelow(30_000)));
            int before = b.Received.Count;
            Assert.Empty(b.Received);

            // A still holds the old session, and finds out by the silence.
            TunnelHost restarted = b;
            for (int second = 0; second < 30 && restarted.Received.Count == before; second++)
            {
                a.Machine.Send(a.Now, bAtA, Packet(second));
                world.Run(TimeSpan.FromSeconds(1));
            }

            Assert.True(restarted.Received.Count > before, $"round {i}");
        }
    }

    private static byte[] Packet(int number) => [0x10, (byte)(number >> 8), (byte)number];
}
