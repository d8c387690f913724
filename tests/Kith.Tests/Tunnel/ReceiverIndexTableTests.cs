using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>Receiver indices.</summary>
public sealed class ReceiverIndexTableTests
{
    [Fact]
    public void table_is_bounded_and_indices_differ()
    {
        ReceiverIndexTable table = new();
        SeededRandom random = new(1);
        HashSet<uint> taken = [];
        for (int i = 0; i < ReceiverIndexTable.CountMax; i++)
        {
            Assert.True(table.TryAllocate(random, out uint index));
            Assert.True(taken.Add(index));
        }

        Assert.False(table.TryAllocate(random, out _));
        uint returned = taken.First();
        table.Release(returned);
        Assert.False(table.Contains(returned));
        Assert.True(table.TryAllocate(random, out _));
        Assert.Equal(ReceiverIndexTable.CountMax, table.Count);
    }
}
