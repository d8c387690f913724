using System.Globalization;
using System.Text;

namespace Kith.Apps.Sending;

/// <summary>Names and words of others, as they may be shown: on a terminal a control character could move the cursor, or worse.</summary>
public static class Printable
{
    /// <summary>The text with everything that steers a terminal, or the direction of writing, in a visible form.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder? shown = null;
        for (int i = 0; i < text.Length; i++)
        {
            bool isPlain = CharUnicodeInfo.GetUnicodeCategory(text, i) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            if (isPlain)
            {
                shown?.Append(text[i]);
                continue;
            }

            shown ??= new StringBuilder(text, 0, i, text.Length + 16);
            shown.Append(text[i] switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                var other => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)other:x4}"),
            });
        }

        return shown?.ToString() ?? text;
    }
}
