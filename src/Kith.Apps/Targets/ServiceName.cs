using System.Globalization;

namespace Kith.Apps.Targets;

/// <summary>Names of exposed services: 1 to 40 of <c>a-z 0-9 -</c>, beginning and ending with a letter or digit, not a number alone.</summary>
public static class ServiceName
{
    /// <summary>The most characters of a name.</summary>
    public const int CharactersMax = 40;

    /// <summary>Whether this is a name.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 and <= CharactersMax }
        && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')
        && text[0] != '-'
        && text[^1] != '-'
        && !text.All(char.IsAsciiDigit);

    /// <summary>The name that a service gets if it is given none, as <c>tcp-8080</c>.</summary>
    public static string OfPort(int port) => string.Create(CultureInfo.InvariantCulture, $"tcp-{port}");
}
