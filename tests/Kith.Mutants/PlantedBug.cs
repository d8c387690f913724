namespace Kith.Mutants;

/// <summary>A bug that somebody could have made, and what must catch it.</summary>
/// <param name="Name">Its name, in words joined by hyphens.</param>
/// <param name="Meaning">What it would mean for a user.</param>
/// <param name="File">The source file, from the root of the repository.</param>
/// <param name="Original">
/// The text that it replaces: an expression, or one or more statements where it ends with a semicolon. Occurs once in the file, or is the first behind <see cref="Near"/>.
/// </param>
/// <param name="Planted">The bug.</param>
/// <param name="Catchers">The tests that catch it.</param>
internal sealed record PlantedBug(string Name, string Meaning, string File, string Original, string Planted, params Catcher[] Catchers)
{
    /// <summary>A text that occurs once in the file and stands before the place; null if the place needs none.</summary>
    public string? Near { get; init; }

    /// <summary>What was written because nothing caught it at first; null if something did.</summary>
    public string? Gap { get; init; }

    /// <summary>Its switch in the patched sources.</summary>
    public string Identifier => string.Concat(Name.Split('-').Select(static word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>Whether whole statements are replaced.</summary>
    public bool IsStatement => Original.EndsWith(';');
}
