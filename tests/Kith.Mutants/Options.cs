namespace Kith.Mutants;

/// <summary>What the command line asks for.</summary>
/// <param name="Only">A part of the names of the bugs to run; empty for all.</param>
/// <param name="Wide">A filter of unit tests to run instead of the catchers; null for the catchers.</param>
/// <param name="WritesPage">Whether the page is written.</param>
/// <param name="Lists">Whether the bugs are only listed.</param>
/// <param name="Checks">Whether it is only looked that every bug's place is in the sources.</param>
internal sealed record Options(string Only, string? Wide, bool WritesPage, bool Lists, bool Checks)
{
    /// <summary>What the command line can be.</summary>
    public const string Usage = "Usage: Kith.Mutants [NAME] [--wide METHOD-FILTER] [--page] [--list] [--check]";

    /// <summary>Whether each bug meets all unit tests and the simulator.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("KITH_TEST_LONG") == "1";

    /// <summary>Reads the command line; null if it makes no sense.</summary>
    public static Options? TryParse(string[] arguments)
    {
        Options options = new("", null, false, false, false);
        for (int i = 0; i < arguments.Length; i++)
        {
            Options? next = arguments[i] switch
            {
                "--page" => options with { WritesPage = true },
                "--list" => options with { Lists = true },
                "--check" => options with { Checks = true },
                "--wide" when i + 1 < arguments.Length => options with { Wide = arguments[++i] },
                ['-', ..] => null,
                string name => options with { Only = name.Trim('*') },
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        return options;
    }
}
