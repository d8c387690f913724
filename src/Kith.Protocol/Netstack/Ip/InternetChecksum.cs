using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Kith.Protocol.Netstack.Ip;

/// <summary>
/// The Internet checksum (RFC 1071). Sums are kept in 64 bits and in the machine's own byte order, which RFC 1071 section 2 (B)
/// allows; only <see cref="Finish"/> turns them into a wire value.
/// </summary>
internal static class InternetChecksum
{
    /// <summary>Adds bytes to a sum. All pieces but the last must be of even length.</summary>
    // Optimized from the first call: the vectors cost dearly in code that is not.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Add(ulong sum, ReadOnlySpan<byte> data)
    {
        if (data.Length >= 64)
        {
            ReadOnlySpan<Vector256<uint>> vectors = MemoryMarshal.Cast<byte, Vector256<uint>>(data);
            Vector256<ulong> low = Vector256<ulong>.Zero;
            Vector256<ulong> high = Vector256<ulong>.Zero;
            foreach (Vector256<uint> vector in vectors)
            {
                (Vector256<ulong> lower, Vector256<ulong> upper) = Vector256.Widen(vector);
                low += lower;
                high += upper;
            }

            sum += Vector256.Sum(low + high);
            data = data[(vectors.Length * Vector256<byte>.Count)..];
        }

        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(data);
        foreach (uint word in words)
        {
            sum += word;
        }

        data = data[(words.Length * 4)..];
        if (data.Length >= 2)
        {
            sum += MemoryMarshal.Read<ushort>(data);
            data = data[2..];
        }

        if (data.Length == 1)
        {
            sum += BitConverter.IsLittleEndian ? data[0] : (ulong)data[0] << 8;
        }

        return sum;
    }

    /// <summary>Adds a 16-bit number that stands on the wire in network order.</summary>
    public static ulong AddNumber(ulong sum, ushort value) => sum + (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    /// <summary>The folded sum as a host-order number, not complemented: what virtio calls a partial checksum.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        uint folded = (uint)sum;
        folded = (folded & 0xFFFF) + (folded >> 16);
        folded = (folded & 0xFFFF) + (folded >> 16);
        ushort value = (ushort)folded;
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    /// <summary>The checksum to write, as a host-order number. Over data that carries a right checksum it is zero.</summary>
    public static ushort Finish(ulong sum) => (ushort)~Fold(sum);
}
