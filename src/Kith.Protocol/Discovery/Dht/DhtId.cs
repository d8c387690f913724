using System.Buffers.Binary;
using System.Numerics;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>Twenty bytes: the name of a node, an info-hash or the target of an item (BEP 5). Nearness is the exclusive or, read as a number.</summary>
public readonly record struct DhtId : IComparable<DhtId>
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 20;

    /// <summary>The length in bits.</summary>
    public const int Bits = 8 * Length;

    private readonly ulong _high;
    private readonly ulong _middle;
    private readonly uint _low;

    /// <summary>Copies 20 bytes.</summary>
    /// <exception cref="ArgumentException">The span is not 20 bytes long.</exception>
    public DhtId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException("Twenty bytes are needed.", nameof(bytes));
        }

        _high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _middle = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _low = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    private DhtId(ulong high, ulong middle, uint low)
    {
        _high = high;
        _middle = middle;
        _low = low;
    }

    /// <summary>The distance to another id: their exclusive or.</summary>
    public DhtId DistanceTo(in DhtId other) => new(_high ^ other._high, _middle ^ other._middle, _low ^ other._low);

    /// <summary>How many leading bits two ids share, 0-160.</summary>
    public int SharedBits(in DhtId other)
    {
        DhtId distance = DistanceTo(other);
        return distance._high != 0 ? BitOperations.LeadingZeroCount(distance._high)
            : distance._middle != 0 ? 64 + BitOperations.LeadingZeroCount(distance._middle)
            : 128 + BitOperations.LeadingZeroCount(distance._low);
    }

    /// <summary>How near another id is, on a scale on which each step is half as far: like <see cref="SharedBits"/>, between whole bits too; 0 to 64.</summary>
    public double Nearness(in DhtId other) => 64 - Math.Log2(DistanceTo(other)._high + 1.0);

    /// <summary>The id that differs in one bit, 0 being the first.</summary>
    public DhtId WithBitFlipped(int bit) => bit < 64 ? new(_high ^ (1UL << (63 - bit)), _middle, _low)
        : bit < 128 ? new(_high, _middle ^ (1UL << (127 - bit)), _low)
        : new(_high, _middle, _low ^ (1U << (Bits - 1 - bit)));

    /// <summary>Writes the 20 bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _middle);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _low);
    }

    /// <summary>Orders as numbers.</summary>
    public int CompareTo(DhtId other)
    {
        int order = _high.CompareTo(other._high);
        order = order != 0 ? order : _middle.CompareTo(other._middle);
        return order != 0 ? order : _low.CompareTo(other._low);
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
