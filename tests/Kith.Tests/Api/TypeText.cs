using System.Reflection;

namespace Kith.Tests.Api;

/// <summary>Types as C# writes them.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(byte)] = "byte",
        [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(double)] = "double",
    };

    public static string Name(Type type) => Name(type, null);

    /// <summary>With question marks where null is allowed.</summary>
    public static string Name(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{Name(value)}?";
        }

        string text;
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            text = keyword;
        }
        else if (type.IsArray)
        {
            text = $"{Name(type.GetElementType()!, nullability?.ElementType)}[]";
        }
        else if (type.IsGenericParameter)
        {
            text = type.Name;
        }
        else
        {
            string name = type.Name.Split('`')[0];
            Type[] arguments = type.GetGenericArguments();
            string generic = arguments.Length == 0
                ? string.Empty
                : $"<{string.Join(", ", arguments.Select((argument, index) => Name(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(index))))}>";
            text = $"{(type.DeclaringType is { } outer ? Name(outer) : type.Namespace)}.{name}{generic}";
        }

        return nullability is { ReadState: NullabilityState.Nullable } && !type.IsValueType && !type.IsGenericParameter ? $"{text}?" : text;
    }
}
