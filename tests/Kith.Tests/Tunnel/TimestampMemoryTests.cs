using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>Which timestamps an initiation may carry.</summary>
public sealed class TimestampMemoryTests
{
    [Fact]
    public void one_device_must_grow_strictly()
    {
        TimestampMemory memory = new(severalDevices: false);
        Assert.True(memory.TryAccept(At(10)));
        Assert.False(memory.TryAccept(At(10)));
        Assert.False(memory.TryAccept(At(9)));
        Assert.True(memory.TryAccept(At(11)));
        Assert.Equal(0, memory.Count);
    }

    [Fact]
    public void several_devices_may_use_each_timestamp_once_in_any_order()
    {
        TimestampMemory memory = new(severalDevices: true);
        Assert.True(memory.TryAccept(At(3_600_000)));
        Assert.True(memory.TryAccept(At(10)));
        Assert.False(memory.TryAccept(At(10)));
        Assert.False(memory.TryAccept(At(3_600_000)));
    }

    [Fact]
    public void memory_is_bounded_and_what_it_forgot_stays_refused()
    {
        TimestampMemory memory = new(severalDevices: true);
        Random random = new(5);
        HashSet<long> accepted = [];
        for (int i = 0; i < 5_000; i++)
        {
            long value = random.Next(1, 20_000);
            bool taken = memory.TryAccept(At(value));
            Assert.False(taken && !accepted.Add(value), "accepted twice");
            Assert.InRange(memory.Count, 0, TunnelLimits.TimestampsMax);
        }

        Assert.Equal(TunnelLimits.TimestampsMax, memory.Count);
        Assert.All(accepted, value => Assert.False(memory.TryAccept(At(value))));
    }

    private static Tai64n At(long milliseconds) => Tai64n.FromUnixMilliseconds(milliseconds);
}
