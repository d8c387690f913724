namespace Kith.Fuzz;

/// <summary>Finds the targets.</summary>
internal static class FuzzTargets
{
    /// <summary>Their types.</summary>
    public static IEnumerable<Type> Types() => typeof(FuzzTargets).Assembly.GetTypes()
        .Where(static type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IFuzzTarget)) && type.GetConstructor(Type.EmptyTypes) is not null);

    /// <summary>One new instance of each, by name.</summary>
    public static IReadOnlyList<IFuzzTarget> All() =>
        [.. Types().Select(static type => (IFuzzTarget)Activator.CreateInstance(type)!).OrderBy(static target => target.Name, StringComparer.Ordinal)];
}
