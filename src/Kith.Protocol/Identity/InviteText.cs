using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Kith.Protocol.Identity;

/// <summary>
/// The network's name inside an invite: any well-formed UTF-8 that prints and has no spaces. Whether a network may really be called that is for its genesis
/// statement to say; here it must only not upset the terminal it is shown on.
/// </summary>
internal static class InviteText
{
    public static UTF8Encoding Utf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool IsPlain(string name)
    {
        if (name.Length is 0 or > InviteLine.NetworkNameBytesMax)
        {
            return false;
        }

        int bytes = 0;
        ReadOnlySpan<char> rest = name;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out Rune rune, out int consumed) != System.Buffers.OperationStatus.Done || !IsPlain(rune))
            {
                return false;
            }

            bytes += rune.Utf8SequenceLength;
            rest = rest[consumed..];
        }

        return bytes <= InviteLine.NetworkNameBytesMax;
    }

    public static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? name)
    {
        name = System.Text.Unicode.Utf8.IsValid(utf8) ? Utf8.GetString(utf8) : "";
        return IsPlain(name);
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
