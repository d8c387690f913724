using System.Text.Json.Serialization;

namespace Kith.Node.Control;

/// <summary>
/// The JSON of the control interface and of every `--json`: camel case, every property always there (null where unknown), compact.
/// Source-generated, so that neither the daemon nor a command pays for reflection.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(UtcSecondsConverter)])]
[JsonSerializable(typeof(NodeStatus))]
[JsonSerializable(typeof(NetworkStatus))]
[JsonSerializable(typeof(IReadOnlyList<NetworkStatus>))]
[JsonSerializable(typeof(IReadOnlyList<NetworkSummary>))]
[JsonSerializable(typeof(NetworkSummary))]
[JsonSerializable(typeof(MemberStatus))]
[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(LeaveRequest))]
[JsonSerializable(typeof(InviteRequest))]
[JsonSerializable(typeof(InviteResult))]
[JsonSerializable(typeof(JoinRequest))]
[JsonSerializable(typeof(DnsRecordRequest))]
[JsonSerializable(typeof(DnsRecordResult))]
[JsonSerializable(typeof(PingRequest))]
[JsonSerializable(typeof(PingReply))]
[JsonSerializable(typeof(RenameRequest))]
[JsonSerializable(typeof(RoleRequest))]
[JsonSerializable(typeof(RevokeRequest))]
[JsonSerializable(typeof(RevokeResult))]
[JsonSerializable(typeof(IReadOnlyList<DoctorCheck>))]
[JsonSerializable(typeof(WhyReport))]
[JsonSerializable(typeof(DhtStatus))]
[JsonSerializable(typeof(DhtGetRequest))]
[JsonSerializable(typeof(DhtGetResult))]
[JsonSerializable(typeof(DhtPutRequest))]
[JsonSerializable(typeof(DhtPutResult))]
[JsonSerializable(typeof(DhtPeersRequest))]
[JsonSerializable(typeof(DhtPeersResult))]
[JsonSerializable(typeof(StopResult))]
[JsonSerializable(typeof(ControlFailure))]
public sealed partial class ControlJson : JsonSerializerContext;
