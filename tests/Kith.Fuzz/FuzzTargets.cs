namespace Kith.Fuzz;

/// <summary>Finds the targets.</summary>
internal static class FuzzTargets
{
    /// <summary>One new instance of each, by name.</summary>
    public static IReadOnlyList<IFuzzTarget> All() =>
    [
        .. typeof(FuzzTargets).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IFuzzTarget)) && type.GetConstructor(Type.EmptyTypes) is not null)
            .Select(type => (IFuzzTarget)Activator.CreateInstance(type)!)
            .OrderBy(target => target.Name, StringComparer.Ordinal),
    ];
}
