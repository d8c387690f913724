using System.Text.Json.Serialization;

namespace Kith.Apps.Sending;

/// <summary>The JSON of `kith send` and `kith receive`: one event on one line, camel case, what is not known left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TransferEvent))]
public sealed partial class SendingJson : JsonSerializerContext;
