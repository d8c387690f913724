using System.Diagnostics.CodeAnalysis;
using System.Text;
using Kith.Protocol.Wire;

namespace Kith.Apps.Sending.Wire;

/// <summary>Text in a record: its length in two bytes, then UTF-8 without a flaw.</summary>
internal static class WireText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>How many bytes it takes.</summary>
    public static int Bytes(string text) => sizeof(ushort) + Strict.GetByteCount(text);

    /// <summary>Reads a text of so many bytes at most.</summary>
    public static bool TryRead(ref SpanReader reader, int bytesMax, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (!reader.TryReadUInt16(out ushort length) || length > bytesMax || !reader.TryReadBytes(length, out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        return TryDecode(bytes, out text);
    }

    /// <summary>Writes a text.</summary>
    public static void Write(ref SpanWriter writer, string text)
    {
        int count = Strict.GetByteCount(text);
        writer.WriteUInt16(checked((ushort)count));
        Strict.GetBytes(text, writer.Take(count));
    }

    /// <summary>The text, cut off where it would be longer than so many bytes.</summary>
    public static string Cut(string text, int bytesMax)
    {
        StringBuilder kept = new();
        int bytes = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > bytesMax)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.ToString();
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        text = System.Text.Unicode.Utf8.IsValid(bytes) ? Strict.GetString(bytes) : null;
        return text is not null;
    }
}
