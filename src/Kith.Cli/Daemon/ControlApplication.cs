using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kith.Node.Control;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Kith.Cli.Daemon;

/// <summary>Turns one HTTP request into one call of the node, and what comes back or is thrown into the response.</summary>
internal sealed class ControlApplication : IHttpApplication<HttpContext>
{
    private const int JoinBytesMax = 64 * 1024;

    private readonly INodeControl _node;
    private readonly Func<Task> _stop;
    private readonly ILogger _logger;
    private readonly ControlStreams _streams;
    private readonly IControlExtension? _extension;

    /// <summary>Makes the application for a node.</summary>
    public ControlApplication(INodeControl node, Func<Task> stop, ILogger logger, IControlExtension? extension = null)
    {
        _extension = extension;
        _node = node;
        _stop = stop;
        _logger = logger;
        _streams = new ControlStreams(node);
    }

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            if (_extension is null || !await _extension.TryAnswerAsync(context).ConfigureAwait(false))
            {
                await AnswerAsync(context, context.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The command was interrupted; nobody waits for an answer.
        }
        catch (Exception exception) when (FailureTranslation.TryTranslate(exception, out ControlException? failure))
        {
            await FailAsync(context, new ControlFailure(failure.Error, failure.Message, failure.Advice)).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception)
        {
            await FailAsync(context, new ControlFailure(ControlError.Usage, exception.Message, string.Empty)).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            await FailAsync(context, new ControlFailure(ControlError.Usage, "The request's body is not the JSON that this path takes.", string.Empty))
                .ConfigureAwait(false);
        }
#pragma warning disable CA1031 // One command's fault must not end the node; it is logged in full.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            CliLog.CommandFailed(_logger, context.Request.Path.Value ?? string.Empty, exception);
            ControlFailure failure = new(
                ControlError.Internal,
                $"The node met a fault of its own: {exception.GetType().Name}.",
                "Its log has the details; please report it.");
            await FailAsync(context, failure).ConfigureAwait(false);
        }
    }

    private Task AnswerAsync(HttpContext context, CancellationToken cancellationToken)
    {
        string path = context.Request.Path.Value ?? string.Empty;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            return path switch
            {
                ControlRoute.Status => SendAsync(context, _node.GetStatusAsync(cancellationToken), ControlJson.Default.NodeStatus),
                ControlRoute.Networks => SendAsync(context, _node.GetNetworksAsync(cancellationToken), ControlJson.Default.IReadOnlyListNetworkSummary),
                ControlRoute.Members => SendAsync(
                    context,
                    _node.GetMembersAsync(NetworkOf(context), cancellationToken),
                    ControlJson.Default.IReadOnlyListNetworkStatus),
                ControlRoute.Doctor => SendAsync(context, _node.DiagnoseAsync(cancellationToken), ControlJson.Default.IReadOnlyListDoctorCheck),
                ControlRoute.Dht => SendAsync(context, _node.GetDhtStatusAsync(cancellationToken), ControlJson.Default.DhtStatus),
                ControlRoute.Why => SendAsync(context, _node.ExplainAsync(context.Request.Query["device"].ToString(), cancellationToken), ControlJson.Default.WhyReport),
                ControlRoute.Dial => _streams.DialAsync(context, cancellationToken),
                ControlRoute.Listen => _streams.ListenAsync(context, cancellationToken),
                ControlRoute.Accept => _streams.AcceptAsync(context, cancellationToken),
                _ => throw NoSuchPath(context),
            };
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            throw NoSuchPath(context);
        }

        ControlJson json = ControlJson.Default;
        return path switch
        {
            ControlRoute.Create => CallAsync(context, json.CreateRequest, _node.CreateAsync, json.NetworkStatus),
            ControlRoute.Leave => CallAsync(context, json.LeaveRequest, _node.LeaveAsync, json.NetworkSummary),
            ControlRoute.Invite => CallAsync(context, json.InviteRequest, _node.InviteAsync, json.InviteResult),
            ControlRoute.Join => JoinAsync(context),
            ControlRoute.DnsRecord => CallAsync(context, json.DnsRecordRequest, _node.MakeDnsRecordAsync, json.DnsRecordResult),
            ControlRoute.Rename => CallAsync(context, json.RenameRequest, _node.RenameAsync, json.MemberStatus),
            ControlRoute.Role => CallAsync(context, json.RoleRequest, _node.SetRoleAsync, json.MemberStatus),
            ControlRoute.Revoke => CallAsync(context, json.RevokeRequest, _node.RevokeAsync, json.RevokeResult),
            ControlRoute.DhtGet => CallAsync(context, json.DhtGetRequest, _node.GetFromDhtAsync, json.DhtGetResult),
            ControlRoute.DhtPut => CallAsync(context, json.DhtPutRequest, _node.PutIntoDhtAsync, json.DhtPutResult),
            ControlRoute.DhtPeers => CallAsync(context, json.DhtPeersRequest, _node.FindPeersAsync, json.DhtPeersResult),
            ControlRoute.Ping => PingAsync(context, cancellationToken),
            ControlRoute.Down => SendAsync(context, StopAsync(), json.StopResult),
            _ => throw NoSuchPath(context),
        };
    }

    private static string? NetworkOf(HttpContext context)
    {
        string? network = context.Request.Query["network"];
        return string.IsNullOrEmpty(network) ? null : network;
    }

    private static ControlException NoSuchPath(HttpContext context) =>
        new(ControlError.Usage, $"The node knows no {context.Request.Method} {context.Request.Path}.", "The command and the node may be of different versions.");

    internal static async Task CallAsync<TRequest, TResult>(
        HttpContext context,
        JsonTypeInfo<TRequest> requestType,
        Func<TRequest, CancellationToken, Task<TResult>> call,
        JsonTypeInfo<TResult> resultType)
        where TRequest : class
    {
        TRequest request = await ReadAsync(context, requestType).ConfigureAwait(false);
        await SendAsync(context, call(request, context.RequestAborted), resultType).ConfigureAwait(false);
    }

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class =>
        await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false)
            ?? throw new JsonException();

    internal static async Task SendAsync<T>(HttpContext context, Task<T> result, JsonTypeInfo<T> type)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(await result.ConfigureAwait(false), type);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    // The body and the text in it hold the invite's secret: neither is left where it was once the join is over.
    private async Task JoinAsync(HttpContext context)
    {
        JoinRequest request;
        System.IO.Pipelines.PipeReader body = context.Request.BodyReader;
        while (true)
        {
            System.IO.Pipelines.ReadResult read = await body.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            if (!read.IsCompleted)
            {
                if (read.Buffer.Length > JoinBytesMax)
                {
                    throw new JsonException();
                }

                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                Utf8JsonReader reader = new(read.Buffer);
                request = JsonSerializer.Deserialize(ref reader, ControlJson.Default.JoinRequest) ?? throw new JsonException();
            }
            finally
            {
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                {
                    System.Runtime.InteropServices.MemoryMarshal.AsMemory(part).Span.Clear();
                }

                body.AdvanceTo(read.Buffer.End);
            }

            break;
        }

        try
        {
            await SendAsync(context, _node.JoinAsync(request, context.RequestAborted), ControlJson.Default.NetworkStatus).ConfigureAwait(false);
        }
        finally
        {
            SecretText.Wipe(request.Invite);
            SecretText.Squeeze();
        }
    }

    private async Task<StopResult> StopAsync()
    {
        await _stop().ConfigureAwait(false);
        return new StopResult(Environment.ProcessId);
    }

    private async Task PingAsync(HttpContext context, CancellationToken cancellationToken)
    {
        PingRequest request = await ReadAsync(context, ControlJson.Default.PingRequest).ConfigureAwait(false);
        context.Response.ContentType = "application/x-ndjson";
        await foreach (PingReply reply in _node.PingAsync(request, cancellationToken).ConfigureAwait(false))
        {
            string line = JsonSerializer.Serialize(reply, ControlJson.Default.PingReply) + "\n";
            await context.Response.WriteAsync(line, Encoding.UTF8, cancellationToken).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task FailAsync(HttpContext context, ControlFailure failure)
    {
        // Once a stream of replies has begun its status cannot change any more; the failure is then its last line.
        if (!context.Response.HasStarted)
        {
            context.Response.StatusCode = HttpStatus.Of(failure.Error);
            context.Response.ContentType = "application/json";
        }

        string body = JsonSerializer.Serialize(failure, ControlJson.Default.ControlFailure) + "\n";
        await context.Response.WriteAsync(body, Encoding.UTF8, context.RequestAborted).ConfigureAwait(false);
    }
}
