namespace Kith.Node.Control;

/// <summary>The paths of the control interface. GET where nothing changes, POST with a JSON body otherwise; a failure is a <see cref="ControlFailure"/>.</summary>
public static class ControlRoute
{
    /// <summary>GET: a <see cref="NodeStatus"/>.</summary>
    public const string Status = "/v1/status";

    /// <summary>GET: an array of <see cref="NetworkSummary"/>.</summary>
    public const string Networks = "/v1/networks";

    /// <summary>GET, optionally <c>?network=NAME</c>: an array of <see cref="NetworkStatus"/>.</summary>
    public const string Members = "/v1/members";

    /// <summary>GET: an array of <see cref="DoctorCheck"/>.</summary>
    public const string Doctor = "/v1/doctor";

    /// <summary>GET <c>?device=NAME</c>: a <see cref="WhyReport"/>.</summary>
    public const string Why = "/v1/why";

    /// <summary>POST <see cref="CreateRequest"/>: a <see cref="NetworkStatus"/>.</summary>
    public const string Create = "/v1/create";

    /// <summary>POST <see cref="LeaveRequest"/>: a <see cref="NetworkSummary"/>.</summary>
    public const string Leave = "/v1/leave";

    /// <summary>POST <see cref="InviteRequest"/>: an <see cref="InviteResult"/>.</summary>
    public const string Invite = "/v1/invite";

    /// <summary>POST <see cref="JoinRequest"/>: a <see cref="NetworkStatus"/>.</summary>
    public const string Join = "/v1/join";

    /// <summary>POST <see cref="DnsRecordRequest"/>: a <see cref="DnsRecordResult"/>.</summary>
    public const string DnsRecord = "/v1/dns-record";

    /// <summary>POST <see cref="PingRequest"/>: lines of <see cref="PingReply"/>, each as it happens; a failure on the way is one more line.</summary>
    public const string Ping = "/v1/ping";

    /// <summary>POST <see cref="RenameRequest"/>: a <see cref="MemberStatus"/>.</summary>
    public const string Rename = "/v1/rename";

    /// <summary>POST <see cref="RoleRequest"/>: a <see cref="MemberStatus"/>.</summary>
    public const string Role = "/v1/role";

    /// <summary>POST <see cref="RevokeRequest"/>: a <see cref="RevokeResult"/>.</summary>
    public const string Revoke = "/v1/revoke";

    /// <summary>GET: a <see cref="DhtStatus"/>.</summary>
    public const string Dht = "/v1/dht";

    /// <summary>POST <see cref="DhtGetRequest"/>: a <see cref="DhtGetResult"/>.</summary>
    public const string DhtGet = "/v1/dht/get";

    /// <summary>POST <see cref="DhtPutRequest"/>: a <see cref="DhtPutResult"/>.</summary>
    public const string DhtPut = "/v1/dht/put";

    /// <summary>POST <see cref="DhtPeersRequest"/>: a <see cref="DhtPeersResult"/>.</summary>
    public const string DhtPeers = "/v1/dht/peers";

    /// <summary>GET <c>?device=NAME&amp;port=N</c> or <c>&amp;protocol=NAME</c>, with an upgrade to <c>kith-stream</c>: the stream (docs/protocol/82-streams.md).</summary>
    public const string Dial = "/v1/dial";

    /// <summary>GET <c>?port=N</c> or <c>?protocol=NAME</c>, with an upgrade: a listener that lives as long as the connection. Its number is in a header.</summary>
    public const string Listen = "/v1/listen";

    /// <summary>GET <c>?listener=NUMBER</c>, with an upgrade: the next stream of a listener, as soon as there is one.</summary>
    public const string Accept = "/v1/accept";

    /// <summary>POST without a body: a <see cref="StopResult"/>, sent when the node has stopped.</summary>
    public const string Down = "/v1/down";
}
