using Kith.Apps.Proxying;
using Kith.Apps.Proxying.Http;
using Kith.Fuzz.Coverage;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a request to the HTTP proxy, and the body behind it.</summary>
[Covers(typeof(Apps.Proxying.Http.HttpRequestHead), typeof(Apps.Proxying.Http.ChunkedBody))]
internal sealed class HttpRequestHeadTarget : IFuzzTarget
{
    public string Name => "http-request-head";

    public IEnumerable<byte[]> Corpus =>
    [
        FuzzText.Bytes("GET http://nas.home/a?b HTTP/1.1\r\nHost: nas\r\nConnection: X, close\r\nX: 1\r\n\r\n"),
        FuzzText.Bytes("POST http://[fd00::1]:81 HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"),
        FuzzText.Bytes("PUT http://nas/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: 1\r\n\r\n"),
        FuzzText.Bytes("CONNECT nas:443 HTTP/1.1\r\n\r\n"),
    ];

    public IEnumerable<byte[]> Dictionary =>
        [.. new[] { "\r\n", "\r\n\r\n", "\n", ": ", "http://", "CONNECT ", " HTTP/1.1", "Content-Length: ", "Transfer-Encoding: chunked", "Connection: ", "Host: ", "[::1]", ":0", "0\r\n" }.Select(FuzzText.Bytes)];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (HttpRequestHead.TryDecode(input, out HttpRequestHead? head, out int consumed) != ParseStatus.Done || head is null)
        {
            return false;
        }

        Oracle.True(consumed <= HttpRequestHead.BytesMax && head.Headers.Count <= HttpRequestHead.HeadersMax, "a head is larger than one may be");
        if (!head.IsConnect)
        {
            // What goes to the server is a request in the eyes of the same strict reader, once it is absolute again.
            byte[] sent = head.ToServer();
            string text = System.Text.Encoding.Latin1.GetString(sent);
            string authority = head.Destination.Host.Contains(':', StringComparison.Ordinal) ? $"[{head.Destination.Host}]" : head.Destination.Host;
            string absolute = $"{head.Method} http://{authority}:{head.Destination.Port}{text[(head.Method.Length + 1)..]}";
            ParseStatus status = HttpRequestHead.TryDecode(System.Text.Encoding.Latin1.GetBytes(absolute), out HttpRequestHead? again, out int length);
            Oracle.True(sent.Length > HttpRequestHead.BytesMax - 300 || head.Headers.Count >= HttpRequestHead.HeadersMax - 2 || status == ParseStatus.Done, "what goes on is refused by its own reader");
            Oracle.True(status != ParseStatus.Done || (length == absolute.Length && again!.Destination == head.Destination && again.Path == head.Path && again.Body == head.Body && again.BodyBytes == head.BodyBytes), "what goes on is another request");
        }

        if (head.Body == HttpBodyKind.Chunked)
        {
            ReadOnlySpan<byte> body = input[consumed..];
            ParseStatus whole = new ChunkedBody().Advance(body, out int at);
            ChunkedBody pieces = new();
            ParseStatus last = ParseStatus.Incomplete;
            int position = 0;
            while (last == ParseStatus.Incomplete && position < body.Length)
            {
                last = pieces.Advance(body.Slice(position, 1), out int taken);
                position += taken;
            }

            Oracle.True(whole == last && at == position, "a body in pieces ends elsewhere");
        }

        return true;
    }
}
