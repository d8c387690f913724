using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Kith.Protocol.Wire;

/// <summary>
/// An IPv4 or IPv6 address as a value of 16 bytes: no allocation, content equality, usable as a dictionary key on the
/// packet path. IPv4 is held in its mapped form (RFC 4291 section 2.5.5.2); scope identifiers belong to <see cref="InternetEndpoint"/>.
/// </summary>
public readonly record struct InternetAddress : IComparable<InternetAddress>
{
    /// <summary>Bytes of an IPv4 address.</summary>
    public const int V4Bytes = 4;

    /// <summary>Bytes of an IPv6 address.</summary>
    public const int V6Bytes = 16;

    private const ulong MappedPrefixLow = 0x0000_FFFF_0000_0000;

    private readonly ulong _high;
    private readonly ulong _low;

    private InternetAddress(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>The address with all bits zero; stands for "none".</summary>
    public static InternetAddress None => default;

    /// <summary>Whether this is <see cref="None"/>.</summary>
    public bool IsNone => _high == 0 && _low == 0;

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsV4 => _high == 0 && (_low & 0xFFFF_FFFF_0000_0000) == MappedPrefixLow;

    /// <summary>Whether this is IPv6 link-local (fe80::/10) and so needs a scope to be reached.</summary>
    public bool IsLinkLocalV6 => _high >> 54 == 0xFE80 >> 6;

    /// <summary>Whether this is a loopback address of either family.</summary>
    public bool IsLoopback => IsV4 ? (byte)(_low >> 24) == 127 : _high == 0 && _low == 1;

    /// <summary>Whether this is a multicast address of either family.</summary>
    public bool IsMulticast => IsV4 ? ((_low >> 28) & 0xF) == 0xE : _high >> 56 == 0xFF;

    /// <summary>
    /// Whether this means something within some local network only: RFC 1918, 169.254/16, loopback; for IPv6 link-local and unique local (fc00::/7). The
    /// carriers' shared space (RFC 6598) does not count.
    /// </summary>
    public bool IsPrivate => IsV4
        ? V4Value >> 24 is 10 or 127 || V4Value >> 20 == 0xAC1 || V4Value >> 16 is 0xC0A8 or 0xA9FE
        : IsLinkLocalV6 || _high >> 57 == 0xFC >> 1;

    /// <summary>Whether this is of the space that carriers share among their customers, 100.64.0.0/10 (RFC 6598).</summary>
    public bool IsCarrierShared => IsV4 && V4Value >> 22 == 0x6440 >> 6;

    /// <summary>The length of <see cref="WriteTo"/>'s output: 4 or 16 bytes.</summary>
    public int ByteCount => IsV4 ? V4Bytes : V6Bytes;

    /// <summary>The IPv4 address as a host-order number; meaningless for IPv6.</summary>
    public uint V4Value => (uint)_low;

    /// <summary>An IPv4 address from its host-order number.</summary>
    public static InternetAddress FromV4(uint value) => new(0, MappedPrefixLow | value);

    /// <summary>An address from its 4 or 16 bytes in network order.</summary>
    /// <exception cref="ArgumentException">The span is neither 4 nor 16 bytes long.</exception>
    public static InternetAddress FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        V4Bytes => FromV4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        V6Bytes => new InternetAddress(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])),
        _ => throw new ArgumentException("An address has 4 or 16 bytes.", nameof(bytes)),
    };

    /// <summary>
    /// Parses four decimal numbers with dots, and the text forms of RFC 4291 section 2.2; no scope, no brackets, no port, no name look-up. The older IPv4 forms
    /// that the BCL also reads (<c>1.2</c>, <c>0x7f.1</c>, octal) are refused: they are mistakes more often than addresses.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out InternetAddress address)
    {
        address = default;
        if (text is null || text.AsSpan().ContainsAny('%', '[', ']') || !IPAddress.TryParse(text, out IPAddress? parsed))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[V6Bytes];
        parsed.TryWriteBytes(bytes, out int written);
        if (written == V4Bytes && parsed.ToString() != text)
        {
            return false;
        }

        address = FromBytes(bytes[..written]);
        return true;
    }

    /// <summary>Writes the address in network order; returns 4 or 16.</summary>
    public int WriteTo(Span<byte> destination)
    {
        if (IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, V4Value);
            return V4Bytes;
        }

        WriteMappedTo(destination);
        return V6Bytes;
    }

    /// <summary>Writes 16 bytes, IPv4 in its mapped form.</summary>
    public void WriteMappedTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    /// <summary>Whether the first <paramref name="prefixBits"/> bits agree and the families are the same.</summary>
    public bool IsIn(InternetAddress prefix, int prefixBits)
    {
        if (IsV4 != prefix.IsV4)
        {
            return false;
        }

        int bits = IsV4 ? prefixBits + 96 : prefixBits;
        UInt128 mask = bits == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - bits);
        return ((new UInt128(_high, _low) ^ new UInt128(prefix._high, prefix._low)) & mask) == UInt128.Zero;
    }

    /// <summary>The BCL's form of this address.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[V6Bytes];
        int length = WriteTo(bytes);
        return new IPAddress(bytes[..length]);
    }

    /// <inheritdoc/>
    public int CompareTo(InternetAddress other) => _high != other._high ? _high.CompareTo(other._high) : _low.CompareTo(other._low);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low);

    /// <summary>The canonical text form (RFC 5952).</summary>
    public override string ToString() => ToIPAddress().ToString();
}
