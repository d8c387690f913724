using System.Runtime.InteropServices;

namespace Kith.Tunnel.Ciphers;

/// <summary>
/// Sixteen blocks of ChaCha20 that are computed together: for each lane its block number, its packet's counter, and what becomes of its
/// 64 bytes of key stream. The blocks may belong to different packets.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ChaChaLanes
{
    /// <summary>Lanes, and so blocks.</summary>
    public const int Count = 16;

    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 64;

    /// <summary>As a length: store the key stream instead of combining it with what is there.</summary>
    public const int Store = -1;

    public fixed uint Block[Count];
    public fixed uint CounterLow[Count];
    public fixed uint CounterHigh[Count];

    /// <summary>Where the lane's bytes lie, as addresses.</summary>
    public fixed ulong Target[Count];

    /// <summary>How many bytes there are to combine (0 to 64), or <see cref="Store"/>.</summary>
    public fixed int Length[Count];

    /// <summary>Fills one lane.</summary>
    public void Set(int lane, uint block, ulong counter, byte* target, int length)
    {
        Block[lane] = block;
        CounterLow[lane] = (uint)counter;
        CounterHigh[lane] = (uint)(counter >> 32);
        Target[lane] = (ulong)target;
        Length[lane] = length;
    }

    /// <summary>Leaves the lanes from this one on unused.</summary>
    public void Clear(int from)
    {
        for (int lane = from; lane < Count; lane++)
        {
            Length[lane] = 0;
        }
    }
}
