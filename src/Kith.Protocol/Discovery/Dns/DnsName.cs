using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>
/// A domain name in its wire form without compression (RFC 1035 section 3.1): labels of 1-63 bytes, each behind its length, and a zero. Compared without regard to
/// ASCII case (RFC 4343), kept as it was written. Immutable.
/// </summary>
public sealed class DnsName : IEquatable<DnsName>
{
    /// <summary>The longest wire form in bytes.</summary>
    public const int BytesMax = 255;

    /// <summary>The longest label in bytes.</summary>
    public const int LabelBytesMax = 63;

    private const byte CompressionMask = 0xC0;

    private readonly byte[] _wire;

    private DnsName(byte[] wire)
    {
        _wire = wire;
    }

    /// <summary>The name of no labels.</summary>
    public static DnsName Root { get; } = new([0]);

    /// <summary>The wire form.</summary>
    public ReadOnlySpan<byte> Wire => _wire;

    /// <summary>The number of labels.</summary>
    public int LabelCount
    {
        get
        {
            int count = 0;
            for (int i = 0; _wire[i] != 0; i += 1 + _wire[i])
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>The first label's bytes; empty for the root.</summary>
    public ReadOnlySpan<byte> FirstLabel => _wire.AsSpan(1 - (_wire[0] == 0 ? 1 : 0), _wire[0]);

    /// <summary>This name without its first label; the root is its own.</summary>
    public DnsName Parent => _wire[0] == 0 ? this : new DnsName(_wire[(1 + _wire[0])..]);

    /// <summary>A name from labels joined with dots, as UTF-8, without escapes; a dot at the end changes nothing. False if a label is empty or too long.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DnsName? name)
    {
        name = null;
        Span<byte> wire = stackalloc byte[BytesMax];
        int length = 0;
        string trimmed = text.EndsWith('.') ? text[..^1] : text;
        if (trimmed.Length > 0)
        {
            foreach (string label in trimmed.Split('.'))
            {
                int bytes = Encoding.UTF8.GetByteCount(label);
                if (bytes is 0 or > LabelBytesMax || length + 1 + bytes + 1 > BytesMax)
                {
                    return false;
                }

                wire[length] = (byte)bytes;
                Encoding.UTF8.GetBytes(label, wire[(length + 1)..]);
                length += 1 + bytes;
            }
        }

        wire[length] = 0;
        name = new DnsName(wire[..(length + 1)].ToArray());
        return true;
    }

    /// <summary>As <see cref="TryParse"/> for names that are known to be good.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static DnsName Parse(string text) => TryParse(text, out DnsName? name) ? name : throw new FormatException($"'{text}' is not a domain name.");

    /// <summary>
    /// Reads a name at a position of a message, following compression pointers (RFC 1035 section 4.1.4), and moves the position behind it. Every pointer must go
    /// further back than where the labels before it began, so no message can make it run in circles.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int position, [NotNullWhen(true)] out DnsName? name)
    {
        name = null;
        Span<byte> wire = stackalloc byte[BytesMax];
        int length = 0;
        int at = position;
        int lowest = position;
        int end = -1;
        while (true)
        {
            if ((uint)at >= (uint)message.Length)
            {
                return false;
            }

            byte head = message[at];
            if ((head & CompressionMask) == CompressionMask)
            {
                if (at + 1 >= message.Length)
                {
                    return false;
                }

                int target = ((head & ~CompressionMask) << 8) | message[at + 1];
                end = end < 0 ? at + 2 : end;
                if (target >= lowest)
                {
                    return false;
                }

                lowest = target;
                at = target;
                continue;
            }

            if (head > LabelBytesMax || at + 1 + head > message.Length || length + 1 + head + (head == 0 ? 0 : 1) > BytesMax)
            {
                return false;
            }

            message.Slice(at, 1 + head).CopyTo(wire[length..]);
            length += 1 + head;
            at += 1 + head;
            if (head == 0)
            {
                break;
            }
        }

        position = end < 0 ? at : end;
        name = new DnsName(wire[..length].ToArray());
        return true;
    }

    /// <summary>Whether this name is <paramref name="zone"/> or lies below it.</summary>
    public bool IsWithin(DnsName zone)
    {
        int i = 0;
        while (_wire.Length - i > zone._wire.Length)
        {
            i += 1 + _wire[i];
        }

        return _wire.Length - i == zone._wire.Length && EqualsIgnoringCase(_wire.AsSpan(i), zone._wire);
    }

    /// <summary>This name with one more label in front.</summary>
    /// <exception cref="ArgumentException">The label is empty or too long, or the name would be.</exception>
    public DnsName Prepend(ReadOnlySpan<byte> label)
    {
        if (label.Length is 0 or > LabelBytesMax || 1 + label.Length + _wire.Length > BytesMax)
        {
            throw new ArgumentException("A label has 1-63 bytes, and a name at most 255.", nameof(label));
        }

        return new DnsName([(byte)label.Length, .. label, .. _wire]);
    }

    /// <inheritdoc/>
    public bool Equals(DnsName? other) => other is not null && _wire.Length == other._wire.Length && EqualsIgnoringCase(_wire, other._wire);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (byte value in _wire)
        {
            hash.Add(Lower(value));
        }

        return hash.ToHashCode();
    }

    /// <summary>Labels joined with dots, none at the end; bytes that are not printable ASCII, dots and backslashes as \DDD (RFC 1035 section 5.1).</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        for (int i = 0; _wire[i] != 0; i += 1 + _wire[i])
        {
            text.Append(text.Length == 0 ? "" : ".");
            foreach (byte value in _wire.AsSpan(i + 1, _wire[i]))
            {
                if (value is > 0x20 and < 0x7F and not ((byte)'.' or (byte)'\\'))
                {
                    text.Append((char)value);
                }
                else
                {
                    text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\{value:D3}");
                }
            }
        }

        return text.Length == 0 ? "." : text.ToString();
    }

    // Length bytes are at most 63 and so never mistaken for letters.
    private static bool EqualsIgnoringCase(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            if (Lower(a[i]) != Lower(b[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
}
