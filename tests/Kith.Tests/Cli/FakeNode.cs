using System.Runtime.CompilerServices;
using Kith.Node.Control;

namespace Kith.Tests.Cli;

/// <summary>A node that answers from memory and remembers what it was asked.</summary>
internal partial class FakeNode : INodeControl
{
    public const string NodeId = "yb1ndrfg8ejkmcpqxot1uwisza345h769yb1ndrfg8ejkmcpqxo1";
    public const string OtherId = "oe1ndrfg8ejkmcpqxot1uwisza345h769yb1ndrfg8ejkmcpqxo1";
    public const string SecretInvite = "kith1secretsecretsecret";

    public static readonly DateTimeOffset Now = new(2026, 11, 20, 11, 0, 0, TimeSpan.Zero);

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<object> Requests { get; } = [];

    public string OwnId { get; init; } = NodeId;

    public ControlException? Failure { get; set; }

    public Exception? Fault { get; set; }

    public int AnsweredPings { get; set; } = int.MaxValue;

    public WhyReport? Why { get; set; }

    public int FailAtPing { get; set; } = int.MaxValue;

    public TaskCompletionSource PingCancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsStopped { get; private set; }

    public IReadOnlyList<NetworkStatus> Networks { get; set; } = [Network("home", "laptop")];

    public Task Completion => _completion.Task;

    public static MemberStatus Self(string name) =>
        new(NodeId, name, MemberRole.Admin, "fd12:3456:789a::1", "100.70.0.2", true, Now, PathStatus.Self);

    public static MemberStatus Other(string name) => new(
        OtherId,
        name,
        MemberRole.Member,
        "fd12:3456:789a::2",
        "100.70.0.3",
        true,
        Now.AddSeconds(-4),
        new PathStatus(PathKind.Lan, "192.168.1.7:5484", null, 0.4215, 1360));

    public static NetworkStatus Network(string name, string self, params MemberStatus[] others) =>
        new("bynet" + name, name, MemberRole.Admin, "fd12:3456:789a::1", "100.70.0.2", 3, [Self(self), .. others]);

    public long RelayedBytes { get; set; }

    public void Die(Exception exception) => _completion.TrySetException(exception);

    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        Answer("status", new NodeStatus(new NodeSummary(OwnId, "laptop", "0.1.0", 5484, "kith0", RelayedBytes), Networks));

    public Task<IReadOnlyList<NetworkSummary>> GetNetworksAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<NetworkSummary>>("networks", [.. Networks.Select(Summary)]);

    public Task<IReadOnlyList<NetworkStatus>> GetMembersAsync(string? network, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<NetworkStatus>>("members " + network, network is null ? Networks : [NetworkLookup.Find(Networks, network)]);

    public Task<NetworkStatus> CreateAsync(CreateRequest request, CancellationToken cancellationToken) => Answer(request, Network(request.Network, "laptop"));

    public Task<NetworkSummary> LeaveAsync(LeaveRequest request, CancellationToken cancellationToken) => Answer(request, Summary(Networks[0]));

    public Task<InviteResult> InviteAsync(InviteRequest request, CancellationToken cancellationToken) =>
        Answer(request, new InviteResult(SecretInvite, request.Network ?? "home", request.Role, request.Uses, Now.AddSeconds(request.LifetimeSeconds)));

    public Task<DnsRecordResult> MakeDnsRecordAsync(DnsRecordRequest request, CancellationToken cancellationToken) =>
        Answer(request, new DnsRecordResult($"_kith.{request.Name}", "TXT", 300, ["kith1=AAAA", "BBBB"], request.Network ?? "home", ["203.0.113.5:5484"]));

    public Task<NetworkStatus> JoinAsync(JoinRequest request, CancellationToken cancellationToken) =>
        Answer(request with { Invite = new string(request.Invite.AsSpan()) }, Network("friends", "laptop", Other("pi")));

    public async IAsyncEnumerable<PingReply> PingAsync(PingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Answer(request, true);
        for (int sequence = 1; request.Count == 0 || sequence <= request.Count; sequence++)
        {
            if (sequence == FailAtPing)
            {
                throw new ControlException(ControlError.UnknownDevice, "It was removed meanwhile.");
            }

            if (request.Count == 0 && sequence > 2)
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    PingCancelled.TrySetResult();
                }
            }

            bool isAnswered = sequence <= AnsweredPings;
            yield return new PingReply(sequence, request.Device + ".home", "fd12:3456:789a::2", isAnswered, isAnswered ? 0.5 * sequence : null, Other("pi").Path);
        }
    }

    public Task<MemberStatus> RenameAsync(RenameRequest request, CancellationToken cancellationToken) => Answer(request, Other(request.Name));

    public Task<MemberStatus> SetRoleAsync(RoleRequest request, CancellationToken cancellationToken) =>
        Answer(request, Other(request.Device) with { Role = request.Role });

    public Task<RevokeResult> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken) =>
        Answer(request, new RevokeResult(request.Network ?? "home", RevokedKind.Device, request.Subject));

    public Task<IReadOnlyList<DoctorCheck>> DiagnoseAsync(CancellationToken cancellationToken) => Answer<IReadOnlyList<DoctorCheck>>(
        "doctor",
        [new DoctorCheck("tun", DoctorVerdict.Ok, "device kith0"), new DoctorCheck("multicast", DoctorVerdict.Warn, "nobody answered", "Is there another device?")]);

    public Task<WhyReport> ExplainAsync(string device, CancellationToken cancellationToken) => Answer("why " + device, Why ?? new WhyReport(
        device + ".home",
        true,
        Now.AddSeconds(-4),
        Other("pi").Path,
        new NatStatus("easy", "a translator that keeps one port for all (easy)", "203.0.113.7:40000", null, null, false),
        new NatStatus("unknown", "not known yet"),
        [new WhyCandidate(Other("pi").Path, ["heard on the local network"], "used", 12, 12, 0, Now.AddSeconds(-4), "12 pings sent, 12 answered")],
        null,
        "Both devices are in the same local network.",
        []));

    public Task StopAsync(CancellationToken cancellationToken)
    {
        IsStopped = true;
        _completion.TrySetResult();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static NetworkSummary Summary(NetworkStatus network) =>
        new(network.Id, network.Name, network.Role, network.Ipv6, network.Ipv4, network.Statements, network.Members.Count, network.Members.Count(member => member.Online));

    private Task<T> Answer<T>(object request, T answer)
    {
        lock (Requests)
        {
            Requests.Add(request);
        }

        return Failure is not null ? Task.FromException<T>(Failure) : Fault is not null ? Task.FromException<T>(Fault) : Task.FromResult(answer);
    }
}
