using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Kith.Tests.Api;

/// <summary>What a caller can see of an assembly, a line for each thing, in an order that depends on names alone.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes().OrderBy(type => TypeText.Name(type), StringComparer.Ordinal).SelectMany(Of);

    public static IEnumerable<string> Of(Type type)
    {
        yield return Head(type);
        if (type.IsEnum)
        {
            foreach (string name in Enum.GetNames(type))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"  {name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");
            }

            yield break;
        }

        IEnumerable<string> members = type.GetMembers(Declared).Select(MemberText.Of).OfType<string>().Order(StringComparer.Ordinal);
        foreach (string member in members)
        {
            yield return $"  {member}";
        }
    }

    private static string Head(Type type)
    {
        string kind = type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsValueType ? (type.IsDefined(typeof(IsReadOnlyAttribute), false) ? "readonly struct" : "struct")
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        List<string> parents = [];
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
        {
            parents.Add(TypeText.Name(parent));
        }

        if (!type.IsEnum)
        {
            parents.AddRange(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(face => face.IsVisible).Select(TypeText.Name).Order(StringComparer.Ordinal));
        }

        return $"{kind} {TypeText.Name(type)}{(parents.Count > 0 ? $" : {string.Join(", ", parents)}" : string.Empty)}";
    }
}
