using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kith.Node.Control;

/// <summary>
/// A node of another process, spoken to through the control socket in its state directory: HTTP/1.1 and JSON. Nothing is opened before
/// the first call. Every method throws <see cref="ControlError.NodeNotRunning"/> if nobody listens, and what the node threw otherwise.
/// </summary>
public sealed partial class ControlClient : INodeControl, IKithTransport
{
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(10);

    private readonly string _socketPath;
    private readonly string _stateDirectory;
    private readonly HttpClient _http;

    /// <summary>Makes a client for the node of a state directory.</summary>
    public ControlClient(string stateDirectory)
    {
        _stateDirectory = stateDirectory;
        _socketPath = ControlSocketPath.For(stateDirectory);
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = ConnectAsync,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,

            // A ping that is broken off must end at the node at once, not after the client has waited for the rest of the answer.
            ResponseDrainTimeout = TimeSpan.Zero,
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://kith/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Never completes: a client does not watch the node.</summary>
    public Task Completion { get; } = new TaskCompletionSource().Task;

    /// <inheritdoc/>
    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        GetAsync(ControlRoute.Status, ControlJson.Default.NodeStatus, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkSummary>> GetNetworksAsync(CancellationToken cancellationToken) =>
        GetAsync(ControlRoute.Networks, ControlJson.Default.IReadOnlyListNetworkSummary, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkStatus>> GetMembersAsync(string? network, CancellationToken cancellationToken)
    {
        string query = network is null ? string.Empty : "?network=" + Uri.EscapeDataString(network);
        return GetAsync(ControlRoute.Members + query, ControlJson.Default.IReadOnlyListNetworkStatus, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<NetworkStatus> CreateAsync(CreateRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.Create, request, ControlJson.Default.CreateRequest, ControlJson.Default.NetworkStatus, cancellationToken);

    /// <inheritdoc/>
    public Task<NetworkSummary> LeaveAsync(LeaveRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.Leave, request, ControlJson.Default.LeaveRequest, ControlJson.Default.NetworkSummary, cancellationToken);

    /// <inheritdoc/>
    public Task<DnsRecordResult> MakeDnsRecordAsync(DnsRecordRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.DnsRecord, request, ControlJson.Default.DnsRecordRequest, ControlJson.Default.DnsRecordResult, cancellationToken);

    /// <inheritdoc/>
    public Task<InviteResult> InviteAsync(InviteRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.Invite, request, ControlJson.Default.InviteRequest, ControlJson.Default.InviteResult, cancellationToken);

    /// <inheritdoc/>
    public Task<NetworkStatus> JoinAsync(JoinRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.Join, request, ControlJson.Default.JoinRequest, ControlJson.Default.NetworkStatus, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<PingReply> PingAsync(PingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = NewPost(ControlRoute.Ping, request, ControlJson.Default.PingRequest);
        using HttpResponseMessage response = await SendAsync(message, cancellationToken).ConfigureAwait(false);
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        while (await ReadLineAsync(lines, cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith("{\"error\":", StringComparison.Ordinal))
            {
                throw ToException(Parse(line, ControlJson.Default.ControlFailure));
            }

            yield return Parse(line, ControlJson.Default.PingReply);
        }
    }

    /// <inheritdoc/>
    public Task<MemberStatus> RenameAsync(RenameRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.Rename, request, ControlJson.Default.RenameRequest, ControlJson.Default.MemberStatus, cancellationToken);

    /// <inheritdoc/>
    public Task<MemberStatus> SetRoleAsync(RoleRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.Role, request, ControlJson.Default.RoleRequest, ControlJson.Default.MemberStatus, cancellationToken);

    /// <inheritdoc/>
    public Task<RevokeResult> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken) =>
        PostAsync(ControlRoute.Revoke, request, ControlJson.Default.RevokeRequest, ControlJson.Default.RevokeResult, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DoctorCheck>> DiagnoseAsync(CancellationToken cancellationToken) =>
        GetAsync(ControlRoute.Doctor, ControlJson.Default.IReadOnlyListDoctorCheck, cancellationToken);

    /// <summary>Stops the node and waits until its process has ended, too.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.Timeout"/>: the node stopped, its process did not end.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        StopResult stopped;
        using (HttpRequestMessage message = new(HttpMethod.Post, ControlRoute.Down))
        using (HttpResponseMessage response = await SendAsync(message, cancellationToken).ConfigureAwait(false))
        {
            stopped = Parse(await ReadAsync(response, cancellationToken).ConfigureAwait(false), ControlJson.Default.StopResult);
        }

        if (stopped.Process != Environment.ProcessId && !await ProcessEnd.WaitAsync(stopped.Process, ExitLimit, cancellationToken).ConfigureAwait(false))
        {
            throw new ControlException(ControlError.Timeout, $"The node has stopped, but its process {stopped.Process} does not end.", $"End it with: kill -9 {stopped.Process}");
        }
    }

    /// <inheritdoc/>
    public Task<WhyReport> ExplainAsync(string device, CancellationToken cancellationToken) =>
        GetAsync($"{ControlRoute.Why}?device={Uri.EscapeDataString(device)}", ControlJson.Default.WhyReport, cancellationToken);

    /// <summary>Closes the connections. The node runs on.</summary>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static HttpRequestMessage NewPost<T>(string route, T body, JsonTypeInfo<T> type)
    {
        ByteArrayContent content = new(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, route) { Content = content };
    }

    private static async ValueTask<string?> ReadLineAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Interrupted(exception);
        }
    }

    private static T Parse<T>(string json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw NotUnderstood(null);
        }
        catch (JsonException exception)
        {
            throw NotUnderstood(exception);
        }
    }

    private static ControlException ToException(ControlFailure failure) => new(failure.Error, failure.Message, failure.Advice);

    private static ControlException Interrupted(Exception cause) =>
        new(ControlError.NodeNotRunning, "The node stopped before it had answered.", "Start it again: kith up", cause);

    private static ControlException NotUnderstood(Exception? cause) =>
        new(ControlError.Internal, "The running node gave an answer that this command does not understand.", "If Kith was just updated, restart the node: kith down, then kith up", cause);

    /// <summary>Asks for something, also on a path that the program around the node adds to the node's own.</summary>
    /// <exception cref="ControlException">What the node answered instead, or <see cref="ControlError.NodeNotRunning"/>.</exception>
    public async Task<T> GetAsync<T>(string route, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using HttpRequestMessage message = new(HttpMethod.Get, route);
        using HttpResponseMessage response = await SendAsync(message, cancellationToken).ConfigureAwait(false);
        return Parse(await ReadAsync(response, cancellationToken).ConfigureAwait(false), type);
    }

    /// <summary>Asks for a change, also on a path that the program around the node adds to the node's own.</summary>
    /// <exception cref="ControlException">What the node answered instead, or <see cref="ControlError.NodeNotRunning"/>.</exception>
    public async Task<TResult> PostAsync<TRequest, TResult>(
        string route,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResult> resultType,
        CancellationToken cancellationToken)
        where TResult : class
    {
        using HttpRequestMessage message = NewPost(route, request, requestType);
        using HttpResponseMessage response = await SendAsync(message, cancellationToken).ConfigureAwait(false);
        return Parse(await ReadAsync(response, cancellationToken).ConfigureAwait(false), resultType);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (exception.InnerException is ControlException failure)
        {
            throw failure;
        }
        catch (HttpRequestException exception)
        {
            throw Interrupted(exception);
        }

        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.SwitchingProtocols)
        {
            return response;
        }

        using (response)
        {
            throw ToException(Parse(await ReadAsync(response, cancellationToken).ConfigureAwait(false), ControlJson.Default.ControlFailure));
        }
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Interrupted(exception);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw exception.SocketErrorCode == SocketError.AccessDenied
                ? new ControlException(
                    ControlError.NotPermitted,
                    $"This user may not speak to the node of {_stateDirectory}.",
                    "Run the command as the user that runs the node, for example with sudo.",
                    exception)
                : new ControlException(
                    ControlError.NodeNotRunning,
                    $"No node is running on {_stateDirectory}.",
                    "Start it with: kith up (or name another state directory with --state DIR)",
                    exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
