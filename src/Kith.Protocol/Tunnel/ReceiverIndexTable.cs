using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// The receiver indices in use on one socket: random, so that they say nothing of how many sessions there are, and unique among all
/// machines that share the socket. Not thread-safe.
/// </summary>
public sealed class ReceiverIndexTable
{
    /// <summary>Indices in use at the same time.</summary>
    public const int CountMax = 65_536;

    private readonly HashSet<uint> _used = [];

    /// <summary>How many indices are in use.</summary>
    public int Count => _used.Count;

    /// <summary>Takes an unused index; false when <see cref="CountMax"/> are in use.</summary>
    public bool TryAllocate(RandomSource random, out uint index)
    {
        index = 0;
        if (_used.Count >= CountMax)
        {
            return false;
        }

        // At most one draw in 65,536 collides.
        do
        {
            index = random.NextUInt32();
        }
        while (!_used.Add(index));
        return true;
    }

    /// <summary>Whether the index is in use by any machine of the socket.</summary>
    public bool Contains(uint index) => _used.Contains(index);

    /// <summary>Gives an index back.</summary>
    public void Release(uint index) => _used.Remove(index);
}
