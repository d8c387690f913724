using System.Text;

namespace Kith.Fuzz;

/// <summary>For targets that read text: every byte is one character, so that mutations of bytes are mutations of characters.</summary>
internal static class FuzzText
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> input) => Encoding.Latin1.GetString(input);

    public static int Characters(ReadOnlySpan<byte> input, Span<char> text) => Encoding.Latin1.GetChars(input[..Math.Min(input.Length, text.Length)], text);
}
