using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Kith.Tests.Api;

/// <summary>Members as C# writes them; null for what nobody outside can see, and for what the compiler makes for records.</summary>
internal static class MemberText
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static string? Of(MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsVisible(constructor) && !IsCopy(constructor) => $".ctor({Parameters(constructor)})",
        MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !IsMade(method) => Method(method),
        PropertyInfo property when property.GetMethod is { } read && IsVisible(read) && !IsMade(read, property) => Property(property, read),
        FieldInfo field when field.IsPublic && !field.IsSpecialName => Field(field),
        EventInfo happening when happening.AddMethod is { } add && IsVisible(add) => $"event {TypeText.Name(happening.EventHandlerType!)} {happening.Name}",
        _ => null,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsCopy(ConstructorInfo constructor) => constructor.IsDefined(typeof(CompilerGeneratedAttribute), false) && constructor.GetParameters() is [{ } only] && only.ParameterType == constructor.DeclaringType;

    // Of a record: equality, printing, copies.
    private static bool IsMade(MethodInfo method, PropertyInfo? property = null) =>
        property?.Name == "EqualityContract"
        || (property is null && (method.Name == "<Clone>$" || method.Name == "PrintMembers" || (method.IsDefined(typeof(CompilerGeneratedAttribute), false) && method.Name is "Equals" or "GetHashCode" or "ToString" or "op_Equality" or "op_Inequality")));

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : string.Empty;
        string name = method.Name switch
        {
            "op_Addition" => "operator +",
            "op_Equality" => "operator ==",
            "op_Inequality" => "operator !=",
            string other => other,
        };
        string extension = method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : string.Empty;
        return $"{Modifiers(method)}{TypeText.Name(method.ReturnType, Nullability.Create(method.ReturnParameter))} {name}{generic}({extension}{Parameters(method)})";
    }

    private static string Property(PropertyInfo property, MethodInfo read)
    {
        string write = property.SetMethod is { } set && IsVisible(set)
            ? set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : string.Empty;
        string required = property.IsDefined(typeof(RequiredMemberAttribute), false) ? "required " : string.Empty;
        return $"{Modifiers(read)}{required}{TypeText.Name(property.PropertyType, Nullability.Create(property))} {property.Name} {{ get;{write} }}";
    }

    private static string Field(FieldInfo field) => field.IsLiteral
        ? $"const {TypeText.Name(field.FieldType)} {field.Name} = {Value(field.GetRawConstantValue())}"
        : $"{(field.IsStatic ? "static " : string.Empty)}{(field.IsInitOnly ? "readonly " : string.Empty)}{TypeText.Name(field.FieldType)} {field.Name}";

    private static string Modifiers(MethodInfo method)
    {
        string reach = method.IsPublic ? string.Empty : "protected ";
        return method.IsStatic ? $"{reach}static "
            : method.DeclaringType!.IsInterface ? reach
            : method.IsAbstract ? $"{reach}abstract "
            : method.GetBaseDefinition() != method ? $"{reach}override "
            : method is { IsVirtual: true, IsFinal: false } ? $"{reach}virtual "
            : reach;
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string way = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : string.Empty;
        string text = $"{way}{TypeText.Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}";
        return parameter.HasDefaultValue ? $"{text} = {(parameter.DefaultValue is null && parameter.ParameterType.IsValueType ? "default" : Value(parameter.DefaultValue))}" : text;
    }

    private static string Value(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool yes => yes ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
