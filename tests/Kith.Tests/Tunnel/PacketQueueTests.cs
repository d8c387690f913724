using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>Packets that wait.</summary>
public sealed class PacketQueueTests
{
    [Fact]
    public void number_is_bounded_and_the_oldest_goes_first()
    {
        PacketQueue queue = new();
        for (int i = 0; i < TunnelLimits.StagedPacketsMax + 10; i++)
        {
            queue.Enqueue([(byte)i]);
        }

        Assert.Equal(TunnelLimits.StagedPacketsMax, queue.Count);
        Assert.Equal(10, queue.Dropped);
        Assert.True(queue.TryPeek(out ReadOnlySpan<byte> first));
        Assert.Equal(10, first[0]);
    }

    [Fact]
    public void bytes_are_bounded()
    {
        PacketQueue queue = new();
        byte[] packet = new byte[60_000];
        for (int i = 0; i < 10; i++)
        {
            packet[0] = (byte)i;
            queue.Enqueue(packet);
            Assert.InRange(queue.Bytes, 0, TunnelLimits.StagedBytesMax);
        }

        Assert.Equal(4, queue.Count);
        queue.Clear();
        Assert.Equal(0, queue.Bytes);
        Assert.False(queue.TryPeek(out _));
    }
}
