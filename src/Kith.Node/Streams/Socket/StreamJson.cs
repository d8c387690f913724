using System.Text.Json.Serialization;

namespace Kith.Node.Streams.Socket;

/// <summary>The JSON beside a stream on the control socket.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PeerHeader))]
internal sealed partial class StreamJson : JsonSerializerContext;
