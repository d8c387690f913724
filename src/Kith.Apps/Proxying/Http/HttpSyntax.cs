namespace Kith.Apps.Proxying.Http;

/// <summary>Characters of HTTP/1.1 (RFC 9110 section 5.6.2, RFC 9112).</summary>
internal static class HttpSyntax
{
    /// <summary>Whether all are characters of a token, and there is at least one.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text)
    {
        foreach (byte character in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && !"!#$%&'*+-.^_`|~"u8.Contains(character))
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    /// <summary>Whether all may stand in the value of a field: no control characters but the tab.</summary>
    public static bool IsFieldValue(ReadOnlySpan<byte> text) => !text.ContainsAnyInRange((byte)0, (byte)8) && !text.ContainsAnyInRange((byte)10, (byte)31) && !text.Contains((byte)0x7F);

    /// <summary>Without spaces and tabs at both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);
}
