using System.Diagnostics.CodeAnalysis;

namespace Kith.Protocol.Wire;

/// <summary>
/// z-base-32 (Zooko O'Whielacronx, "human-oriented base-32 encoding"): five bits a character, most significant first, no
/// padding. Reading accepts lower case only and refuses non-zero padding bits, so every value has exactly one text.
/// </summary>
public static class ZBase32
{
    private const string Alphabet = "ybndrfg8ejkmcpqxot1uwisza345h769";

    /// <summary>Characters needed for a number of bytes.</summary>
    public static int EncodedLength(int byteCount) => ((byteCount * 8) + 4) / 5;

    /// <summary>Bytes held by a number of characters.</summary>
    public static int DecodedLength(int characterCount) => characterCount * 5 / 8;

    /// <summary>The text of some bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        char[] text = new char[EncodedLength(bytes.Length)];
        uint buffer = 0;
        int bits = 0;
        int position = 0;
        foreach (byte value in bytes)
        {
            buffer = (buffer << 8) | value;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text[position++] = Alphabet[(int)(buffer >> bits) & 31];
            }
        }

        if (bits > 0)
        {
            text[position] = Alphabet[(int)(buffer << (5 - bits)) & 31];
        }

        return new string(text);
    }

    /// <summary>The bytes of a text, or false if a character, the length or the padding bits are not what <see cref="Encode"/> writes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        int length = DecodedLength(text.Length);
        if (EncodedLength(length) != text.Length)
        {
            return false;
        }

        byte[] decoded = new byte[length];
        uint buffer = 0;
        int bits = 0;
        int position = 0;
        foreach (char character in text)
        {
            int value = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }

            buffer = (buffer << 5) | (uint)value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                decoded[position++] = (byte)(buffer >> bits);
            }
        }

        if ((buffer & ((1u << bits) - 1)) != 0)
        {
            return false;
        }

        bytes = decoded;
        return true;
    }
}
