using System.Reflection;

namespace Kith.Node.Control;

/// <summary>The version of this build.</summary>
public static class KithVersion
{
    /// <summary>Three numbers, as in <c>0.1.0</c>, with a pre-release suffix where there is one.</summary>
    public static string Text { get; } =
        typeof(KithVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
