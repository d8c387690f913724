using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Kith.Apps.Copying;
using Kith.Apps.Local;
using Kith.Node.Control;

namespace Kith.Apps.Proxying.Http;

/// <summary>An HTTP/1.1 proxy: CONNECT for everything, and requests with an absolute URI of http, one on each connection.</summary>
internal sealed class HttpProxy
{
    private readonly IProxyDialer _dialer;
    private readonly ProblemReport _problems;

    /// <summary>Makes a proxy.</summary>
    public HttpProxy(IProxyDialer dialer, ProblemReport problems)
    {
        _dialer = dialer;
        _problems = problems;
    }

    /// <summary>Serves one connection to its end.</summary>
    public Task ServeAsync(Socket socket, CancellationToken cancellationToken) => ServeAsync(new SocketEnd(socket), cancellationToken);

    /// <summary>Serves one connection to its end.</summary>
    public async Task ServeAsync(IDuplexEnd client, CancellationToken cancellationToken)
    {
        await using (client.ConfigureAwait(false))
        {
            HeadReader reader = new(client, HttpRequestHead.BytesMax);
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(HeadReader.Patience);
            (bool isWhole, HttpRequestHead? head) = await reader.ReadAsync<HttpRequestHead?>(HttpRequestHead.TryDecode, patience.Token).ConfigureAwait(false);
            if (!isWhole || head is null)
            {
                string text = "This is a proxy: it takes CONNECT, and requests with a whole http address.";
                await RefuseAsync(client, Refusal("400 Bad Request", text), cancellationToken).ConfigureAwait(false);
                return;
            }

            IDuplexEnd? far = await DialAsync(client, head.Destination, cancellationToken).ConfigureAwait(false);
            if (far is null)
            {
                return;
            }

            await using (far.ConfigureAwait(false))
            {
                IDuplexEnd near = new PrefixedEnd(client, reader.Rest.ToArray());
                if (head.IsConnect)
                {
                    await near.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    near = new RequestBodyEnd(near, head);
                    AnswerInPlaceOf(far);
                    await far.WriteAsync(head.ToServer(), cancellationToken).ConfigureAwait(false);
                }

                CopyResult result = await DuplexCopy.RunAsync(near, far, cancellationToken).ConfigureAwait(false);
                _problems.SayOf(result, far, head.Destination);
            }
        }
    }

    /// <summary>The status that tells a client what happened.</summary>
    public static string StatusOf(ControlError error) => error switch
    {
        ControlError.Timeout => "504 Gateway Timeout",
        ControlError.NotPermitted => "403 Forbidden",
        _ => "502 Bad Gateway",
    };

    private static byte[] Refusal(string status, string text) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(text) + 1}\r\nConnection: close\r\n\r\n{text}\n"));

    private static byte[] Refusal(ControlException problem) => Refusal(StatusOf(problem.Error), $"kith: {problem.Message} {problem.Advice}");

    // Where a service has no program behind it, this proxy is the one that knows.
    private static void AnswerInPlaceOf(IDuplexEnd far)
    {
        if (far is WatchedEnd watched)
        {
            watched.LastWords = Refusal;
        }
    }

    private static async Task RefuseAsync(IDuplexEnd client, byte[] answer, CancellationToken cancellationToken)
    {
        await client.WriteAsync(answer, cancellationToken).ConfigureAwait(false);
        await client.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<IDuplexEnd?> DialAsync(IDuplexEnd client, ProxyDestination destination, CancellationToken cancellationToken)
    {
        try
        {
            return await _dialer.DialAsync(destination, cancellationToken).ConfigureAwait(false);
        }
        catch (ProxyRefusedException refused)
        {
            await RefuseAsync(client, Refusal("403 Forbidden", refused.Message), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ControlException problem)
        {
            _problems.Say(problem);
            await RefuseAsync(client, Refusal(problem), cancellationToken).ConfigureAwait(false);
            return null;
        }
    }
}
