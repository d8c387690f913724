using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Packets that overtake each other, as a node's streams see them: little is sent again for nothing, and nothing stands still.</summary>
public class ReorderingTests
{
    private static readonly NetworkStackOptions Options = new()
    {
        CongestionControl = CongestionControlKind.Bbr,
        LargeSegments = true,
        Mtu = 1360,
        SendBufferBytesMax = 8 << 20,
        ReceiveBufferBytesMax = 8 << 20,
    };

    [Theory]
    [InlineData(1, 0.1, 0, 0, 50)]
    [InlineData(2, 0.01, 0, 0, 50)]
    [InlineData(1, 0, 5, 0, 50)]
    [InlineData(2, 0, 30, 0, 45)]
    [InlineData(1, 0.3, 0, 0.005, 45)]
    [InlineData(3, 0.3, 0, 0.005, 45)]
    public void little_is_repeated_for_nothing(ulong seed, double share, int jitterMilliseconds, double loss, double megabitsMin)
    {
        StackPair pair = new(seed, Options, Options);
        foreach (TestLink link in (TestLink[])[pair.ToServer, pair.ToClient])
        {
            // What is held back comes 25 ms late.
            link.Delay = TimeSpan.FromMilliseconds(50);
            link.BytesPerSecond = 12.5e6;
            link.Reordering = share;
            link.Jitter = TimeSpan.FromMilliseconds(jitterMilliseconds);
            link.Loss = loss;
        }

        (TcpConnection client, TcpConnection server) = pair.Open();
        double seconds = Bulk.Send(pair, client, server, 20_000_000);

        // 20 MB are 15,500 segments.
        Assert.InRange(client.Statistics.Retransmissions - pair.ToServer.Lost, 0, 775);
        Assert.InRange(client.Statistics.Timeouts, 0, 1);
        Assert.InRange(20e6 * 8 / seconds / 1e6, megabitsMin, 100);
    }

    [Fact]
    public void what_a_repetition_has_overtaken_is_taken_all_the_same()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        byte[] data = new byte[3000];
        peer.ClockOffset += 100;
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, data.AsSpan(0, 1000));
        peer.ClockOffset -= 100;
        peer.Take();
        peer.Send(TcpFlags.Acknowledge, 1000, 0, 65535, data.AsSpan(0, 1000));
        Assert.Equal(2000, connection.Readable);
    }

    [Fact]
    public void what_is_dropped_is_not_told_of_as_if_it_had_come_twice()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.ClockOffset += 5000;
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, new byte[1000]);
        peer.ClockOffset -= 5000;
        peer.Take();
        peer.Send(TcpFlags.Acknowledge, 2000, 0, 65535, new byte[1000]);
        Assert.Equal(0, Assert.Single(peer.Take()).Options.BlockCount);
        peer.ClockOffset += 5000;
        peer.Send(TcpFlags.Acknowledge, 1 << 20, 0, 65535, new byte[1000]);
        Assert.Equal(0, Assert.Single(peer.Take()).Options.BlockCount);
        Assert.Equal(1000, connection.Readable);
    }
}
