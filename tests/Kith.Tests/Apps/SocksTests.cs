using System.Net;
using System.Text;
using Kith.Apps.Copying;
using Kith.Apps.Local;
using Kith.Apps.Proxying;
using Kith.Apps.Proxying.Socks;
using Kith.Node.Control;

namespace Kith.Tests.Apps;

public sealed class SocksTests
{
    private static readonly byte[] Greeting = [5, 1, 0];
    private static readonly byte[] ByName = [5, 1, 0, 3, 8, .. "nas.home"u8, 0, 80];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<byte[], byte, string, int> Requests => new()
    {
        { [5, 1, 0, 1, 192, 0, 2, 7, 0x1F, 0x90], 1, "192.0.2.7", 8080 },
        { ByName, 1, "nas.home", 80 },
        { [5, 1, 0, 4, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 22], 1, "2001:db8::7", 22 },
        { [5, 3, 0, 1, 0, 0, 0, 0, 0, 0], 3, "0.0.0.0", 0 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void every_kind_of_request_is_read_and_every_beginning_of_it_waits_for_more(byte[] bytes, byte command, string host, int port)
    {
        Assert.Equal(ParseStatus.Done, SocksRequest.TryDecode([.. bytes, 1, 2, 3], out SocksRequest request, out int consumed, out _));
        Assert.Equal(bytes.Length, consumed);
        Assert.Equal(new SocksRequest(command, new ProxyDestination(host, port)), request);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ParseStatus.Incomplete, SocksRequest.TryDecode(bytes.AsSpan(0, length), out _, out consumed, out _));
            Assert.Equal(0, consumed);
        }
    }

    [Theory]
    [InlineData(new byte[] { 4, 1, 0, 80, 1, 2, 3, 4 }, SocksReplyCode.GeneralFailure)]
    [InlineData(new byte[] { 5, 1, 0, 2, 1 }, SocksReplyCode.AddressTypeNotSupported)]
    [InlineData(new byte[] { 5, 1, 0, 3, 0, 0, 80 }, SocksReplyCode.GeneralFailure)]
    [InlineData(new byte[] { 5, 1, 0, 3, 2, (byte)'a', (byte)'\n', 0, 80 }, SocksReplyCode.GeneralFailure)]
    [InlineData(new byte[] { 5, 1, 0, 1, 1, 2, 3, 4, 0, 0 }, SocksReplyCode.GeneralFailure)]
    internal void nonsense_is_refused(byte[] bytes, SocksReplyCode code)
    {
        Assert.Equal(ParseStatus.Invalid, SocksRequest.TryDecode(bytes, out _, out _, out SocksReplyCode refusal));
        Assert.Equal(code, refusal);
    }

    [Fact]
    public void greetings_are_read()
    {
        Assert.Equal(ParseStatus.Done, SocksGreeting.TryDecode([5, 2, 2, 0, 9], out SocksGreeting greeting, out int consumed));
        Assert.True(greeting.OffersNoAuthentication);
        Assert.Equal(4, consumed);
        Assert.Equal([5, 0], greeting.Answer.ToArray());
        Assert.Equal(ParseStatus.Done, SocksGreeting.TryDecode([5, 1, 2], out greeting, out _));
        Assert.Equal([5, 0xFF], greeting.Answer.ToArray());
        Assert.Equal(ParseStatus.Incomplete, SocksGreeting.TryDecode([5, 2, 0], out _, out _));
        Assert.Equal(ParseStatus.Incomplete, SocksGreeting.TryDecode([], out _, out _));
        Assert.Equal(ParseStatus.Invalid, SocksGreeting.TryDecode([5, 0], out _, out _));
        Assert.Equal(ParseStatus.Invalid, SocksGreeting.TryDecode("GET / HTTP/1.1"u8, out _, out _));
    }

    [Fact]
    public void replies_are_those_of_the_specification()
    {
        Assert.Equal([5, 5, 0, 1, 0, 0, 0, 0, 0, 0], SocksReply.Encode(SocksReplyCode.ConnectionRefused));
        Assert.Equal([5, 0, 0, 1, 127, 0, 0, 1, 0x04, 0x38], SocksReply.Encode(SocksReplyCode.Succeeded, new IPEndPoint(IPAddress.Loopback, 1080)));
        Assert.Equal(22, SocksReply.Encode(SocksReplyCode.Succeeded, new IPEndPoint(IPAddress.IPv6Loopback, 1)).Length);
    }

    [Fact]
    public async Task a_client_that_sends_everything_at_once_is_served()
    {
        FakeDialer dialer = new();
        (MemoryEnd client, Task proxy) = Serve(dialer);
        await client.WriteAsync((byte[])[.. Greeting, .. ByName, .. "hello"u8], Token);
        Assert.Equal([5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0], await client.ReadExactlyAsync(12, Token));
        Assert.Equal("hello"u8.ToArray(), await dialer.Server.ReadExactlyAsync(5, Token));
        await dialer.Server.WriteAsync("hi"u8.ToArray(), Token);
        await dialer.Server.CompleteWritesAsync(Token);
        await client.CompleteWritesAsync(Token);
        Assert.Equal("hi"u8.ToArray(), await client.ReadAllAsync(Token));
        await proxy;
        Assert.Equal(new ProxyDestination("nas.home", 80), Assert.Single(dialer.Dialled));
    }

    [Fact]
    public async Task a_client_that_sends_byte_by_byte_is_served()
    {
        FakeDialer dialer = new();
        (MemoryEnd client, Task proxy) = Serve(dialer);
        foreach (byte character in (byte[])[.. Greeting, .. ByName])
        {
            await client.WriteAsync(new[] { character }, Token);
        }

        await client.CompleteWritesAsync(Token);
        await dialer.Server.CompleteWritesAsync(Token);
        Assert.Equal(12, (await client.ReadAllAsync(Token)).Length);
        await proxy;
    }

    [Theory]
    [InlineData(ControlError.UnknownDevice, 4)]
    [InlineData(ControlError.DeviceOffline, 4)]
    [InlineData(ControlError.PortRefused, 5)]
    [InlineData(ControlError.Timeout, 6)]
    [InlineData(ControlError.Internal, 1)]
    public async Task a_failure_has_its_code_and_its_line(ControlError error, byte code)
    {
        List<ControlException> said = [];
        FakeDialer dialer = new() { Failure = new ControlException(error, "what happened") };
        (MemoryEnd client, Task proxy) = Serve(dialer, said.Add);
        await client.WriteAsync((byte[])[.. Greeting, .. ByName], Token);
        Assert.Equal([5, 0, 5, code, 0, 1, 0, 0, 0, 0, 0, 0], await client.ReadAllAsync(Token));
        await proxy;
        Assert.Equal(error, Assert.Single(said).Error);
    }

    [Fact]
    public async Task what_is_no_device_is_refused()
    {
        FakeDialer dialer = new() { Failure = new ProxyRefusedException(new ProxyDestination("example.org", 80)) };
        (MemoryEnd client, Task proxy) = Serve(dialer);
        await client.WriteAsync((byte[])[.. Greeting, .. ByName], Token);
        Assert.Equal(2, (await client.ReadAllAsync(Token))[3]);
        await proxy;
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task bind_and_udp_are_refused(byte command)
    {
        FakeDialer dialer = new();
        (MemoryEnd client, Task proxy) = Serve(dialer);
        await client.WriteAsync((byte[])[.. Greeting, 5, command, 0, 1, 0, 0, 0, 0, 0, 53], Token);
        Assert.Equal([5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0], await client.ReadAllAsync(Token));
        await proxy;
        Assert.Empty(dialer.Dialled);
    }

    [Fact]
    public async Task a_client_that_only_knows_passwords_is_told_and_closed()
    {
        (MemoryEnd client, Task proxy) = Serve(new FakeDialer());
        await client.WriteAsync(new byte[] { 5, 1, 2 }, Token);
        Assert.Equal([5, 0xFF], await client.ReadAllAsync(Token));
        await proxy;
    }

    [Fact]
    public async Task something_else_than_socks_is_closed_without_a_word()
    {
        (MemoryEnd client, Task proxy) = Serve(new FakeDialer());
        await client.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"), Token);
        Assert.Empty(await client.ReadAllAsync(Token));
        await proxy;
    }

    private static (MemoryEnd Client, Task Proxy) Serve(IProxyDialer dialer, Action<ControlException>? say = null)
    {
        (MemoryEnd client, MemoryEnd accepted) = MemoryEnd.Pair();
        return (client, new SocksProxy(dialer, new ProblemReport(say ?? (_ => { }))).ServeAsync(accepted, Token));
    }
}
