namespace Kith.Protocol.Tunnel;

/// <summary>
/// Which packet counters have been seen (RFC 6479, as WireGuard section 5.4.6 asks): a ring of bits that slides with the highest
/// counter. Accepts each counter once and nothing older than <see cref="Size"/> below the highest. Not thread-safe:
/// the owner of the session's receiving side calls it, under <see cref="TransportSession"/>'s lock.
/// </summary>
public sealed class ReplayWindow
{
    /// <summary>Packets of reordering that are tolerated: one word of the ring is always being cleared.</summary>
    public const int Size = RingBits - WordBits;

    private const int RingBits = 8192;
    private const int WordBits = 64;
    private const int WordCount = RingBits / WordBits;

    private readonly ulong[] _ring = new ulong[WordCount];
    private ulong _highest;

    /// <summary>Marks a counter as seen. False if it was seen before or lies below the window.</summary>
    public bool TryAccept(ulong counter)
    {
        ulong word = counter / WordBits;
        if (counter > _highest)
        {
            ulong current = _highest / WordBits;
            ulong advance = Math.Min(word - current, WordCount);
            for (ulong i = 1; i <= advance; i++)
            {
                _ring[(current + i) % WordCount] = 0;
            }

            _highest = counter;
        }
        else if (_highest - counter >= Size)
        {
            return false;
        }

        ulong bit = 1UL << (int)(counter % WordBits);
        ref ulong slot = ref _ring[word % WordCount];
        if ((slot & bit) != 0)
        {
            return false;
        }

        slot |= bit;
        return true;
    }
}
