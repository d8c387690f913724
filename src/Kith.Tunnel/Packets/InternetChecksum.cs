using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kith.Tunnel.Packets;

/// <summary>
/// The Internet checksum (RFC 1071). Sums are kept wide and in the machine's byte order, which the one's complement sum does not mind
/// (section 2B): a folded sum is stored as it is. A sum of 64 KiB cannot overflow.
/// </summary>
internal static unsafe class InternetChecksum
{
    /// <summary>Adds bytes to a sum; pieces other than the last must be of even length.</summary>
    public static ulong Add(ulong sum, byte* data, int length) => Run(sum, data, null, length);

    /// <summary>Copies and adds in one pass.</summary>
    public static ulong CopyAndAdd(ulong sum, byte* source, byte* destination, int length) => Run(sum, source, destination, length);

    /// <summary>The sum of the pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1); addresses are adjacent in both families.</summary>
    public static ulong PseudoHeader(byte* addresses, int addressPairBytes, byte protocol, int length)
    {
        ulong sum = Add(0, addresses, addressPairBytes);
        uint trailer = (uint)length + protocol;
        return sum + (BitConverter.IsLittleEndian ? (ulong)BinaryPrimitives.ReverseEndianness(trailer) : trailer);
    }

    /// <summary>The sum in 16 bits, as it is stored where only a part has been summed.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        uint half = (uint)(sum & 0xFFFF) + (uint)(sum >> 16);
        half = (half & 0xFFFF) + (half >> 16);
        return (ushort)half;
    }

    /// <summary>The checksum to store when all has been summed with zero in its place.</summary>
    public static ushort Finish(ulong sum) => (ushort)~Fold(sum);

    /// <summary>Whether a sum that included the stored checksum proves the bytes whole.</summary>
    public static bool IsValid(ulong sum) => Fold(sum) == 0xFFFF;

    // Optimized from the first call: the vectors cost dearly in code that is not.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Run(ulong sum, byte* source, byte* destination, int length)
    {
        int offset = 0;
        if (Vector512.IsHardwareAccelerated && length >= Vector512<byte>.Count)
        {
            Vector512<ulong> low = Vector512<ulong>.Zero;
            Vector512<ulong> high = Vector512<ulong>.Zero;
            Vector512<ulong> mask = Vector512.Create(0xFFFF_FFFFUL);
            for (; offset <= length - Vector512<byte>.Count; offset += Vector512<byte>.Count)
            {
                Vector512<ulong> words = Vector512.Load((ulong*)(source + offset));
                if (destination != null)
                {
                    words.Store((ulong*)(destination + offset));
                }

                low += words & mask;
                high += words >>> 32;
            }

            sum += Vector512.Sum(low + high);
        }

        if (Vector128.IsHardwareAccelerated && length - offset >= Vector128<byte>.Count)
        {
            Vector128<ulong> total = Vector128<ulong>.Zero;
            Vector128<ulong> mask = Vector128.Create(0xFFFF_FFFFUL);
            for (; offset <= length - Vector128<byte>.Count; offset += Vector128<byte>.Count)
            {
                Vector128<ulong> words = Vector128.Load((ulong*)(source + offset));
                if (destination != null)
                {
                    words.Store((ulong*)(destination + offset));
                }

                total += (words & mask) + (words >>> 32);
            }

            sum += Vector128.Sum(total);
        }

        for (; offset <= length - sizeof(uint); offset += sizeof(uint))
        {
            uint word = *(uint*)(source + offset);
            if (destination != null)
            {
                *(uint*)(destination + offset) = word;
            }

            sum += word;
        }

        return AddTail(sum, source, destination, offset, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddTail(ulong sum, byte* source, byte* destination, int offset, int length)
    {
        if (offset <= length - sizeof(ushort))
        {
            ushort word = *(ushort*)(source + offset);
            if (destination != null)
            {
                *(ushort*)(destination + offset) = word;
            }

            sum += word;
            offset += sizeof(ushort);
        }

        if (offset < length)
        {
            // An odd last byte counts as if a zero followed it.
            byte last = source[offset];
            if (destination != null)
            {
                destination[offset] = last;
            }

            sum += BitConverter.IsLittleEndian ? last : (ulong)last << 8;
        }

        return sum;
    }
}
