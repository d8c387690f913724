using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kith.Node.Control;

/// <summary>Writes an enum as its name in camel case, and reads nothing else: numbers are refused.</summary>
/// <typeparam name="T">The enum.</typeparam>
public sealed class CamelCaseEnumConverter<T> : JsonStringEnumConverter<T>
    where T : struct, Enum
{
    /// <summary>Makes the converter.</summary>
    public CamelCaseEnumConverter()
        : base(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    {
    }
}
