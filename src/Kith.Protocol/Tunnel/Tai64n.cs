using System.Buffers.Binary;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// A TAI64N label (D. J. Bernstein, "TAI64, TAI64N, and TAI64NA"), 12 bytes big-endian: seconds with 2⁶² + 10 for the Unix epoch, then
/// nanoseconds. To WireGuard it is only a number that must grow, so whatever was received is compared as it is.
/// </summary>
/// <param name="Seconds">The label's seconds.</param>
/// <param name="Nanoseconds">The label's nanoseconds.</param>
public readonly record struct Tai64n(ulong Seconds, uint Nanoseconds) : IComparable<Tai64n>
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 12;

    /// <summary>The label of the Unix epoch: leap seconds after 1972 are ignored, as WireGuard does.</summary>
    public const ulong UnixEpochSeconds = 0x4000_0000_0000_000A;

    /// <summary>The label of a Unix time in milliseconds that is not negative.</summary>
    public static Tai64n FromUnixMilliseconds(long milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        (long seconds, long rest) = Math.DivRem(milliseconds, 1000);
        return new Tai64n(UnixEpochSeconds + (ulong)seconds, (uint)rest * 1_000_000);
    }

    /// <summary>Reads 12 bytes; false if the length is another.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Tai64n timestamp)
    {
        timestamp = default;
        if (bytes.Length != Length)
        {
            return false;
        }

        timestamp = new Tai64n(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));
        return true;
    }

    /// <summary>Writes the 12 bytes; returns <see cref="Length"/>.</summary>
    public int Encode(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Seconds);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Nanoseconds);
        return Length;
    }

    /// <summary>Orders by time, which is also the order of the bytes.</summary>
    public int CompareTo(Tai64n other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Whether the left label is earlier.</summary>
    public static bool operator <(Tai64n a, Tai64n b) => a.CompareTo(b) < 0;

    /// <summary>Whether the left label is later.</summary>
    public static bool operator >(Tai64n a, Tai64n b) => a.CompareTo(b) > 0;

    /// <summary>Whether the left label is not later.</summary>
    public static bool operator <=(Tai64n a, Tai64n b) => a.CompareTo(b) <= 0;

    /// <summary>Whether the left label is not earlier.</summary>
    public static bool operator >=(Tai64n a, Tai64n b) => a.CompareTo(b) >= 0;
}
