using System.Text;
using Kith.Apps.Local;
using Kith.Apps.Proxying;
using Kith.Apps.Proxying.Http;
using Kith.Node.Control;

namespace Kith.Tests.Apps;

public sealed class HttpProxyTests
{
    private const string Get = "GET http://nas.home:8080/a/b?c=d HTTP/1.1\r\nHost: other\r\nAccept: */*\r\nProxy-Connection: keep-alive\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\nX-Kept: 2\r\n\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET http://nas/ HTTP/1.1\r\nHost: nas\r\n\r\n", "GET", "nas", 80, "/")]
    [InlineData("GET HTTP://nas HTTP/1.0\r\n\r\n", "GET", "nas", 80, "/")]
    [InlineData("GET http://nas?x HTTP/1.1\r\n\r\n", "GET", "nas", 80, "/?x")]
    [InlineData("POST http://[fd00::1]:81/p HTTP/1.1\r\nContent-Length: 3\r\n\r\n", "POST", "fd00::1", 81, "/p")]
    [InlineData("CONNECT nas.home:443 HTTP/1.1\r\nHost: nas.home:443\r\n\r\n", "CONNECT", "nas.home", 443, "")]
    [InlineData("CONNECT [fd00::1]:22 HTTP/1.1\r\n\r\n", "CONNECT", "fd00::1", 22, "")]
    public void heads_are_read_and_every_beginning_waits_for_more(string text, string method, string host, int port, string path)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(ParseStatus.Done, HttpRequestHead.TryDecode([.. bytes, 1, 2], out HttpRequestHead? head, out int consumed));
        Assert.Equal(bytes.Length, consumed);
        Assert.Equal((method, new ProxyDestination(host, port), path), (head!.Method, head.Destination, head.Path));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ParseStatus.Incomplete, HttpRequestHead.TryDecode(bytes.AsSpan(0, length), out _, out _));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: nas\r\n\r\n")]
    [InlineData("GET ftp://nas/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET https://nas/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://nas/ HTTP/2.0\r\n\r\n")]
    [InlineData("GET http://user@nas/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http:///x HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://nas/#x HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://nas:0/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://fd00::1/ HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT nas HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT nas:99999 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT nas:1 HTTP/1.1\r\nContent-Length: 3\r\n\r\n")]
    [InlineData("G T http://nas/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://nas/ HTTP/1.1\r\nno colon\r\n\r\n")]
    [InlineData("GET http://nas/ HTTP/1.1\r\nA : 1\r\n\r\n")]
    [InlineData("GET http://nas/ HTTP/1.1\r\nA: 1\r\n folded\r\n\r\n")]
    [InlineData("GET http://nas/ HTTP/1.1\r\nA: 1\nB: 2\r\n\r\n")]
    [InlineData("POST http://nas/ HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n")]
    [InlineData("POST http://nas/ HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("POST http://nas/ HTTP/1.1\r\nContent-Length: -3\r\n\r\n")]
    [InlineData("POST http://nas/ HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    public void what_could_be_read_in_two_ways_or_not_at_all_is_refused(string text) =>
        Assert.Equal(ParseStatus.Invalid, HttpRequestHead.TryDecode(Encoding.ASCII.GetBytes(text), out _, out _));

    [Fact]
    public void heads_have_their_maxima()
    {
        string fields = string.Concat(Enumerable.Repeat("A: 1\r\n", HttpRequestHead.HeadersMax));
        Assert.Equal(ParseStatus.Done, Decode($"GET http://nas/ HTTP/1.1\r\n{fields}\r\n"));
        Assert.Equal(ParseStatus.Invalid, Decode($"GET http://nas/ HTTP/1.1\r\n{fields}A: 1\r\n\r\n"));
        Assert.Equal(ParseStatus.Incomplete, Decode("GET http://nas/" + new string('a', HttpRequestHead.BytesMax - 16)));
        Assert.Equal(ParseStatus.Invalid, Decode("GET http://nas/" + new string('a', HttpRequestHead.BytesMax)));

        static ParseStatus Decode(string text) => HttpRequestHead.TryDecode(Encoding.ASCII.GetBytes(text), out _, out _);
    }

    [Fact]
    public async Task a_request_goes_to_its_server_without_what_concerns_this_hop()
    {
        FakeDialer dialer = new();
        (MemoryEnd client, Task proxy) = Serve(dialer);
        await client.WriteAsync(Encoding.ASCII.GetBytes(Get + Get), Token);
        string expected = "GET /a/b?c=d HTTP/1.1\r\nHost: nas.home:8080\r\nAccept: */*\r\nX-Kept: 2\r\nConnection: close\r\n\r\n";
        Assert.Equal(expected, Encoding.ASCII.GetString(await dialer.Server.ReadExactlyAsync(expected.Length, Token)));
        await dialer.Server.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), Token);
        await dialer.Server.CompleteWritesAsync(Token);
        Assert.StartsWith("HTTP/1.1 204", Encoding.ASCII.GetString(await client.ReadAllAsync(Token)), StringComparison.Ordinal);
        await proxy;

        // The second request was for another connection and reached nobody.
        Assert.Empty(await dialer.Server.ReadAllAsync(Token));
        Assert.Equal(new ProxyDestination("nas.home", 8080), Assert.Single(dialer.Dialled));
    }

    [Theory]
    [InlineData("Content-Length: 5", "12345")]
    [InlineData("Transfer-Encoding: chunked", "3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\n")]
    public async Task a_body_goes_along_to_its_end_and_not_beyond(string field, string body)
    {
        FakeDialer dialer = new();
        (MemoryEnd client, Task proxy) = Serve(dialer);
        await client.WriteAsync(Encoding.ASCII.GetBytes($"POST http://nas/ HTTP/1.1\r\n{field}\r\n\r\n{body}GET http://else/ HTTP/1.1\r\n\r\n"), Token);
        string head = $"POST / HTTP/1.1\r\nHost: nas\r\n{field}\r\nConnection: close\r\n\r\n";
        Assert.Equal(head + body, Encoding.ASCII.GetString(await dialer.Server.ReadExactlyAsync(head.Length + body.Length, Token)));
        await dialer.Server.CompleteWritesAsync(Token);
        await proxy;
        Assert.Empty(await dialer.Server.ReadAllAsync(Token));
    }

    [Fact]
    public async Task connect_lets_everything_through()
    {
        FakeDialer dialer = new();
        (MemoryEnd client, Task proxy) = Serve(dialer);
        await client.WriteAsync(Encoding.ASCII.GetBytes("CONNECT nas:443 HTTP/1.1\r\n\r\nhello"), Token);
        string established = "HTTP/1.1 200 Connection established\r\n\r\n";
        Assert.Equal(established, Encoding.ASCII.GetString(await client.ReadExactlyAsync(established.Length, Token)));
        Assert.Equal("hello"u8.ToArray(), await dialer.Server.ReadExactlyAsync(5, Token));
        await dialer.Server.CompleteWritesAsync(Token);
        await client.CompleteWritesAsync(Token);
        await proxy;
    }

    [Theory]
    [InlineData(ControlError.Timeout, "504")]
    [InlineData(ControlError.DeviceOffline, "502")]
    [InlineData(ControlError.UnknownDevice, "502")]
    public async Task a_failure_has_its_status_and_says_what_happened(ControlError error, string status)
    {
        FakeDialer dialer = new() { Failure = new ControlException(error, "What happened.", "What to do.") };
        (MemoryEnd client, Task proxy) = Serve(dialer);
        await client.WriteAsync(Encoding.ASCII.GetBytes(Get), Token);
        string answer = Encoding.ASCII.GetString(await client.ReadAllAsync(Token));
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nkith: What happened. What to do.\n", answer, StringComparison.Ordinal);
        await proxy;
    }

    [Fact]
    public async Task what_is_no_device_and_what_is_no_proxy_request_are_refused()
    {
        (MemoryEnd client, Task proxy) = Serve(new FakeDialer { Failure = new ProxyRefusedException(new ProxyDestination("example.org", 80)) });
        await client.WriteAsync(Encoding.ASCII.GetBytes(Get), Token);
        Assert.StartsWith("HTTP/1.1 403 ", Encoding.ASCII.GetString(await client.ReadAllAsync(Token)), StringComparison.Ordinal);
        await proxy;
        (client, proxy) = Serve(new FakeDialer());
        await client.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), Token);
        Assert.StartsWith("HTTP/1.1 400 ", Encoding.ASCII.GetString(await client.ReadAllAsync(Token)), StringComparison.Ordinal);
        await proxy;
    }

    [Theory]
    [InlineData("0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("A;name=\"value\"\r\n0123456789\r\n1\r\nx\r\n000\r\nTrailer: 1\r\nOther: 2\r\n\r\n")]
    public void a_chunked_body_is_found_whole_in_pieces_of_any_size(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text + "rest");
        for (int piece = 1; piece <= bytes.Length; piece++)
        {
            ChunkedBody body = new();
            int position = 0;
            ParseStatus status = ParseStatus.Incomplete;
            while (status == ParseStatus.Incomplete)
            {
                status = body.Advance(bytes.AsSpan(position, Math.Min(piece, bytes.Length - position)), out int consumed);
                position += consumed;
            }

            Assert.Equal((ParseStatus.Done, text.Length), (status, position));
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("x\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("1\nx")]
    [InlineData("1\r\nxy")]
    [InlineData("FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("0\r\n folded\r\n\r\n")]
    public void chunks_that_are_not_well_formed_are_refused(string text) =>
        Assert.Equal(ParseStatus.Invalid, new ChunkedBody().Advance(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void lines_of_chunks_and_trailers_have_their_maxima()
    {
        Assert.Equal(ParseStatus.Invalid, new ChunkedBody().Advance(Encoding.ASCII.GetBytes("1;" + new string('a', ChunkedBody.LineBytesMax + 1)), out _));
        Assert.Equal(ParseStatus.Invalid, new ChunkedBody().Advance(Encoding.ASCII.GetBytes("0\r\nA" + new string('a', ChunkedBody.LineBytesMax + 1)), out _));
        string lines = string.Concat(Enumerable.Repeat("A: 1\r\n", ChunkedBody.TrailerLinesMax));
        Assert.Equal(ParseStatus.Done, new ChunkedBody().Advance(Encoding.ASCII.GetBytes($"0\r\n{lines}\r\n"), out _));
        Assert.Equal(ParseStatus.Invalid, new ChunkedBody().Advance(Encoding.ASCII.GetBytes($"0\r\n{lines}A: 1\r\n\r\n"), out _));
    }

    private static (MemoryEnd Client, Task Proxy) Serve(IProxyDialer dialer)
    {
        (MemoryEnd client, MemoryEnd accepted) = MemoryEnd.Pair();
        return (client, new HttpProxy(dialer, new ProblemReport(_ => { })).ServeAsync(accepted, Token));
    }
}
