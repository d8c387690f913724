using System.Text;

namespace Kith.Mutants;

/// <summary>Puts bugs beside what they replace, each behind its switch ("mutant schemata": Untch, Offutt and Harrold, 1993), so that one build holds them all.</summary>
internal static class Patch
{
    /// <summary>The type with the switches.</summary>
    public const string TypeName = "Planted";

    /// <summary>The variable of the environment that turns one on.</summary>
    public const string Variable = "KITH_PLANTED";

    /// <summary>A source file with its bugs beside it.</summary>
    /// <exception cref="MovedSourceException">A place is not there, there twice, or within another.</exception>
    public static string Apply(string source, IEnumerable<PlantedBug> bugs)
    {
        StringBuilder patched = new(source);
        int end = source.Length;
        foreach ((int at, PlantedBug bug) in bugs.Select(bug => (At: Find(source, bug), Bug: bug)).OrderByDescending(static place => place.At))
        {
            if (at + bug.Original.Length > end)
            {
                throw new MovedSourceException(bug, "its place overlaps with another bug's");
            }

            end = at;
            patched.Remove(at, bug.Original.Length).Insert(at, Both(bug));
        }

        return patched.ToString();
    }

    /// <summary>The source of the switches.</summary>
    public static string Switches(IEnumerable<PlantedBug> bugs)
    {
        StringBuilder source = new();
        source.AppendLine("namespace Kith.Protocol;").AppendLine();
        source.AppendLine($"public static class {TypeName}").AppendLine("{");
        source.AppendLine($"    private static readonly string? s_on = System.Environment.GetEnvironmentVariable(\"{Variable}\");").AppendLine();
        foreach (PlantedBug bug in bugs)
        {
            source.AppendLine($"    public static readonly bool {bug.Identifier} = s_on == \"{bug.Name}\";");
        }

        return source.AppendLine("}").ToString();
    }

    private static string Both(PlantedBug bug)
    {
        string isOn = $"global::Kith.Protocol.{TypeName}.{bug.Identifier}";
        return bug.IsStatement
            ? $"if ({isOn}) {{ {bug.Planted} }} else {{ {bug.Original} }}"
            : $"({isOn} ? ({bug.Planted}) : ({bug.Original}))";
    }

    private static int Find(string source, PlantedBug bug)
    {
        if (bug.Near is { } near)
        {
            return source.IndexOf(bug.Original, Once(source, near, bug), StringComparison.Ordinal) is >= 0 and int at
                ? at
                : throw new MovedSourceException(bug, $"'{bug.Original}' is not behind '{near}'");
        }

        return Once(source, bug.Original, bug);
    }

    private static int Once(string source, string text, PlantedBug bug)
    {
        int at = source.IndexOf(text, StringComparison.Ordinal);
        return at < 0 ? throw new MovedSourceException(bug, $"'{text}' is not")
            : source.IndexOf(text, at + 1, StringComparison.Ordinal) >= 0 ? throw new MovedSourceException(bug, $"'{text}' is more than once")
            : at;
    }
}
