using System.Text.Json.Serialization;
using Kith.Apps.Exposing;
using Kith.Apps.Forwarding;
using Kith.Apps.Piping;
using Kith.Apps.Proxying;
using Kith.Apps.Services;

namespace Kith.Apps;

/// <summary>The JSON of these programs: as the node's own, camel case, every property always there, compact.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PipeSummary))]
[JsonSerializable(typeof(ForwardStatus))]
[JsonSerializable(typeof(ProxyStatus))]
[JsonSerializable(typeof(ExposeRequest))]
[JsonSerializable(typeof(UnexposeRequest))]
[JsonSerializable(typeof(ServiceStatus))]
[JsonSerializable(typeof(IReadOnlyList<ServiceStatus>))]
[JsonSerializable(typeof(IReadOnlyList<ExposedService>))]
[JsonSerializable(typeof(IReadOnlyList<DeviceServices>))]
public sealed partial class AppsJson : JsonSerializerContext;
