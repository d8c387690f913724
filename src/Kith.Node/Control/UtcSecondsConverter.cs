using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kith.Node.Control;

/// <summary>Times in JSON: UTC, whole seconds, <c>2026-11-20T11:00:00Z</c> (RFC 3339).</summary>
public sealed class UtcSecondsConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(reader.GetString(), Format, CultureInfo.InvariantCulture, Styles, out DateTimeOffset value)
            ? value
            : throw new JsonException("A time must look like 2026-11-20T11:00:00Z.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
    }
}
