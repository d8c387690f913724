namespace Kith.Protocol.Discovery.Tracker;

/// <summary>A reason that a stranger gives, made fit to be shown.</summary>
public static class TrackerReason
{
    /// <summary>Its printable ASCII, other bytes as question marks, cut at <see cref="TrackerLimits.ReasonCharactersMax"/>.</summary>
    public static string Of(ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, TrackerLimits.ReasonCharactersMax)];
        Span<char> characters = stackalloc char[text.Length];
        for (int i = 0; i < text.Length; i++)
        {
            characters[i] = text[i] is >= 0x20 and < 0x7F ? (char)text[i] : '?';
        }

        return new string(characters.Trim());
    }
}
