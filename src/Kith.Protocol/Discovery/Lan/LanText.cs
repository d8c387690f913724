using Kith.Protocol.Crypto;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>The TXT record of an announcement (RFC 6763 section 6): <c>v=1</c>, then tags as <c>t=</c>, <c>t1=</c> ... <c>t7=</c> in binary.</summary>
public static class LanText
{
    /// <summary>The most tags in one record.</summary>
    public const int TagsMax = 8;

    private static ReadOnlySpan<byte> VersionString => "v=1"u8;

    /// <summary>The record's data.</summary>
    public static byte[] Encode(IReadOnlyList<byte[]> tags)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tags.Count, TagsMax);
        List<byte> data = [(byte)VersionString.Length, .. VersionString];
        for (int i = 0; i < tags.Count; i++)
        {
            ReadOnlySpan<byte> key = i == 0 ? "t="u8 : [(byte)'t', (byte)('0' + i), (byte)'='];
            data.Add((byte)(key.Length + tags[i].Length));
            data.AddRange(key);
            data.AddRange(tags[i]);
        }

        return [.. data];
    }

    /// <summary>The tags of a record; false if it is malformed or not of our version. Strings that are neither version nor tag are passed over.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, List<byte[]> tags)
    {
        tags.Clear();
        bool isVersion = false;
        while (!data.IsEmpty)
        {
            int length = data[0];
            if (1 + length > data.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> text = data.Slice(1, length);
            data = data[(1 + length)..];
            int equals = text.IndexOf((byte)'=');
            isVersion |= text.SequenceEqual(VersionString);
            bool isTag = equals is 1 or 2 && text[0] == 't' && (equals == 1 || text[1] is >= (byte)'1' and <= (byte)'7');
            if (isTag && text.Length - equals - 1 == LanTag.Bytes && tags.Count < TagsMax)
            {
                tags.Add(text[(equals + 1)..].ToArray());
            }
        }

        return isVersion;
    }

    /// <summary>A number that stands for one record's content, to know it again.</summary>
    internal static ulong Fingerprint(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        Blake2s.Hash(data, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
