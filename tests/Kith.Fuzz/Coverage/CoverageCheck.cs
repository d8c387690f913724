using System.Globalization;
using System.Reflection;

namespace Kith.Fuzz.Coverage;

/// <summary>
/// Every parser and every machine of the product has a target. A parser is a type with a static method whose name begins as those of parsers do here, a machine one with a
/// method Handle…; both are found in the assemblies, so whoever writes a new one is told.
/// </summary>
internal static class CoverageCheck
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private static readonly string[] s_parserNames = ["TryDecode", "Decode", "TryParse", "Parse", "TryRead", "TryOpen", "TryTake", "Read"];

    private static readonly Assembly[] s_assemblies =
    [
        typeof(Protocol.Wire.SpanReader).Assembly,
        typeof(Tunnel.FastPath).Assembly,
        typeof(Node.KithNode).Assembly,
        typeof(Apps.Targets.DeviceTarget).Assembly,
        typeof(Cli.CommandLine.Duration).Assembly,
    ];

    /// <summary>Looks; returns what lacks a target, or null.</summary>
    public static string? Run()
    {
        Type[] parsers = [.. Types().Where(IsParser)];
        Type[] machines = [.. Types().Where(type => !parsers.Contains(type) && IsMachine(type))];
        Type[] targets = [.. FuzzTargets.Types()];
        HashSet<Type> covered = [.. targets.SelectMany(static target => target.GetCustomAttribute<CoversAttribute>()?.Types ?? [])];
        string[] missing = [.. parsers.Concat(machines).Where(type => !covered.Contains(type) && !CoverageExceptions.Reasons.ContainsKey(type.FullName!)).Select(static type => type.FullName!)];
        string[] stale = [.. CoverageExceptions.Reasons.Keys.Where(name => !parsers.Concat(machines).Any(type => type.FullName == name && !covered.Contains(type)))];
        string[] silent = [.. targets.Where(static target => target.GetCustomAttribute<CoversAttribute>() is null).Select(static target => target.Name)];
        string[] strangers = [.. Engine.FuzzCorpus.Strangers(FuzzTargets.All().Select(static target => target.Name))];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"measured: fuzz: {parsers.Length + machines.Length - missing.Length} of {parsers.Length + machines.Length} parsers and machines have a target ({targets.Length} targets) or, {CoverageExceptions.Reasons.Count} of them, a reason to have none (bar: all)"));
        return missing.Length > 0 ? $"without a target: {string.Join(", ", missing)}"
            : stale.Length > 0 ? $"excepted without need: {string.Join(", ", stale)}"
            : silent.Length > 0 ? $"targets that do not say what they cover: {string.Join(", ", silent)}"
            : strangers.Length > 0 ? $"inputs of no target: {string.Join(", ", strangers)}"
            : null;
    }

    private static IEnumerable<Type> Types() => s_assemblies
        .SelectMany(static assembly => assembly.GetTypes())
        .Where(static type => !type.Name.Contains('<', StringComparison.Ordinal) && (type.Namespace?.StartsWith("Kith", StringComparison.Ordinal) ?? false));

    private static bool IsParser(Type type) => type.GetMethods(Declared).Any(static method =>
        method.IsStatic && !method.IsPrivate && s_parserNames.Any(name => method.Name.StartsWith(name, StringComparison.Ordinal)) && method.GetParameters().Any(static parameter => IsInput(parameter.ParameterType)));

    private static bool IsMachine(Type type) => !type.IsInterface && type.GetMethods(Declared).Any(static method =>
        !method.IsStatic && !method.IsPrivate && method.Name.StartsWith("Handle", StringComparison.Ordinal));

    private static bool IsInput(Type type)
    {
        Type plain = type.IsByRef ? type.GetElementType()! : type;
        return plain == typeof(ReadOnlySpan<byte>) || plain == typeof(Span<byte>) || plain == typeof(ReadOnlySpan<char>) || plain == typeof(string) || plain == typeof(byte).MakePointerType()
            || plain == typeof(byte[]) || plain == typeof(Protocol.Wire.SpanReader) || plain == typeof(Protocol.Netstack.Ip.IpPacket) || plain == typeof(IEnumerable<string>)
            || plain == typeof(IEnumerable<ReadOnlyMemory<byte>>) || plain == typeof(IReadOnlyList<string>);
    }
}
