using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;

namespace Kith.Tests.Netstack;

/// <summary>Streams arrive whole and in order, whatever the link does.</summary>
public sealed class TcpStreamTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void stream_arrives_equal_over_a_good_link(bool v4, bool large)
    {
        NetworkStackOptions options = new() { LargeSegments = large };
        StackPair pair = new(client: options, server: options);
        (TcpConnection client, TcpConnection server) = pair.Open(v4);
        TimeSpan took = StreamTransfer.RunBoth(pair, client, server, 5_000_000, 3_000_000, TimeSpan.FromMinutes(1));
        output.WriteLine($"{took} {client.Statistics}");
        Assert.Equal(0, client.Statistics.Retransmissions);
        Assert.True(took < TimeSpan.FromSeconds(3), $"took {took}");
    }

    [Fact]
    public void stream_arrives_equal_over_random_bad_links()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            try
            {
                RunRandom(seed);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Assert.Fail($"seed {seed}: {exception}");
            }
        }
    }

    [Fact]
    public void same_seed_gives_the_same_packets_at_the_same_times()
    {
        Assert.Equal(Trace(), Trace());

        static List<string> Trace()
        {
            List<string> trace = [];
            StackPair pair = new(9);
            foreach (TestLink link in new[] { pair.ToServer, pair.ToClient })
            {
                link.Loss = 0.02;
                link.Reordering = 0.05;
                link.Jitter = TimeSpan.FromMilliseconds(3);
                link.Filter = packet =>
                {
                    trace.Add($"{pair.Now.Ticks} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(packet))}");
                    return true;
                };
            }

            (TcpConnection client, TcpConnection server) = pair.Open();
            StreamTransfer.RunBoth(pair, client, server, 300_000, 200_000, TimeSpan.FromMinutes(2));
            return trace;
        }
    }

    private static void RunRandom(ulong seed)
    {
        TestRandom random = new(seed);
        NetworkStackOptions client = RandomOptions(random);
        NetworkStackOptions server = RandomOptions(random);
        StackPair pair = new(seed, client, server);
        foreach (TestLink link in new[] { pair.ToServer, pair.ToClient })
        {
            link.Loss = random.NextBelow(4) == 0 ? 0 : random.NextBelow(100) / 1000.0;
            link.Duplication = random.NextBelow(100) / 1000.0;
            link.Reordering = random.NextBelow(200) / 1000.0;
            link.Delay = TimeSpan.FromMilliseconds(random.NextBelow(60));
            link.Jitter = TimeSpan.FromMilliseconds(random.NextBelow(10));
            link.BytesPerSecond = random.NextBelow(2) == 0 ? 0 : 100_000 + random.NextBelow(5_000_000);
        }

        (TcpConnection c, TcpConnection s) = pair.Open(random.NextBelow(2) == 0);
        StreamTransfer.RunBoth(pair, c, s, random.NextBelow(400_000), random.NextBelow(400_000), TimeSpan.FromMinutes(30));
        pair.RunUntil(() => c.State == TcpState.Closed && s.State == TcpState.Closed, TimeSpan.FromMinutes(10));
        Assert.Equal(CloseReason.Finished, c.CloseReason);
        Assert.Equal(CloseReason.Finished, s.CloseReason);
        pair.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(0, pair.Client.BufferedBytes);
        Assert.Equal(0, pair.Server.BufferedBytes);
        Assert.Equal(0, pair.Client.ConnectionCount);
        Assert.False(pair.ClientPorts.Contains(6, c.Local.Port));
        Assert.False(pair.ServerPorts.Contains(6, s.Local.Port));
    }

    private static NetworkStackOptions RandomOptions(TestRandom random) => new()
    {
        Mtu = 1280 + random.NextBelow(300),
        LargeSegments = random.NextBelow(2) == 0,
        SelectiveAcknowledgment = random.NextBelow(3) != 0,
        Timestamps = random.NextBelow(3) != 0,
        Nagle = random.NextBelow(3) == 0,
        ReceiveBufferBytesMax = 2000 + random.NextBelow(1 << 20),
        SendBufferBytesMax = 1000 + random.NextBelow(1 << 20),
    };
}
