namespace Kith.Fuzz.Coverage;

/// <summary>Says which parsers and machines a target hands its input to, directly or through what it calls.</summary>
/// <param name="types">The types with the methods.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CoversAttribute(params Type[] types) : Attribute
{
    public IReadOnlyList<Type> Types { get; } = types;
}
