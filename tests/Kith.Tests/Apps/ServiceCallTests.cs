using System.Net;
using System.Net.Sockets;
using System.Text;
using Kith.Apps.Copying;
using Kith.Apps.Exposing;
using Kith.Apps.Services;
using Kith.Apps.Targets;
using Kith.Node;
using Kith.Node.Control;
using Kith.Tests.Cli;

namespace Kith.Tests.Apps;

/// <summary>Calling a service by its name: who may hears how it went, and who may not hears what everybody hears of a service that is not there.</summary>
public sealed class ServiceCallTests : IDisposable
{
    private static readonly byte[] s_unknown = [(byte)ServiceAnswerKind.Unknown];

    private readonly TemporaryDirectory _state = new();
    private readonly MemoryNetwork _network = new("nas", "laptop", "phone");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task the_program_behind_is_joined()
    {
        using TcpListener program = Listen();
        await using ServiceHost host = await ExposeAsync(PortOf(program), "web");
        await using KithStream stream = await CallAsync("laptop", "web");
        using TcpClient client = await program.AcceptTcpClientAsync(Token);
        await stream.WriteAsync("hello"u8.ToArray(), Token);
        byte[] heard = new byte[5];
        await client.GetStream().ReadExactlyAsync(heard, Token);
        await client.GetStream().WriteAsync(heard, Token);
        byte[] back = new byte[5];
        await stream.ReadExactlyAsync(back, Token);
        Assert.Equal("hello", Encoding.ASCII.GetString(back));
    }

    [Fact]
    public async Task nothing_behind_it_is_said_by_name()
    {
        int port = FreePort();
        await using ServiceHost host = await ExposeAsync(port, "web", "laptop");
        ControlException failure = await Assert.ThrowsAsync<ControlException>(() => CallAsync("laptop", "web"));
        Assert.Equal((ControlError.PortRefused, $"nas's service web has nothing listening at port {port}."), (failure.Error, failure.Message));
        Assert.NotEmpty(failure.Advice);
    }

    [Fact]
    public async Task who_may_not_hears_the_same_as_of_a_service_that_is_not_there()
    {
        await using ServiceHost host = await ExposeAsync(FreePort(), "web", "laptop");
        byte[] forbidden = await AskAsync("phone", "web");
        Assert.Equal(s_unknown, forbidden);
        Assert.Equal(forbidden, await AskAsync("phone", "nothing"));
        Assert.Equal(forbidden, await AskAsync("phone", "8080"));
        Assert.Equal(forbidden, await AskAsync("laptop", "nothing"));
        ControlException failure = await Assert.ThrowsAsync<ControlException>(() => CallAsync("phone", "web"));
        Assert.Equal((ControlError.PortRefused, "nas exposes no service named web to this device."), (failure.Error, failure.Message));
        Assert.Equal(failure.Message, (await Assert.ThrowsAsync<ControlException>(() => CallAsync("phone", "web"))).Message);
    }

    [Fact]
    public async Task a_device_without_services_is_as_one_that_exposes_none()
    {
        ControlException failure = await Assert.ThrowsAsync<ControlException>(() => CallAsync("laptop", "web"));
        Assert.Equal((ControlError.PortRefused, "nas exposes no service named web to this device."), (failure.Error, failure.Message));
        Assert.Null(await ServiceCaller.ExplainAsync(_network["laptop"], new DeviceTarget("nas", 8080), Token));
    }

    [Fact]
    public async Task a_port_whose_service_leads_nowhere_is_explained_to_who_may_use_it()
    {
        int port = FreePort();
        await using ServiceHost host = await ExposeAsync(port, "web", "laptop");
        DeviceTarget target = new("nas", 8080);
        Assert.Equal($"nas's service web has nothing listening at port {port}.", (await ServiceCaller.ExplainAsync(_network["laptop"], target, Token))?.Message);
        Assert.Null(await ServiceCaller.ExplainAsync(_network["phone"], target, Token));
        Assert.Null(await ServiceCaller.ExplainAsync(_network["laptop"], new DeviceTarget("nas", 8081), Token));
        using TcpListener program = new(IPAddress.Loopback, port);
        program.Start();
        Assert.Null(await ServiceCaller.ExplainAsync(_network["laptop"], target, Token));
    }

    [Fact]
    public async Task a_connection_that_ends_before_a_word_finds_out_why()
    {
        await using ServiceHost host = await ExposeAsync(FreePort(), "web", "laptop");
        await using WatchedEnd end = await TargetDialer.DialWatchedAsync(_network["laptop"], new DeviceTarget("nas", 8080), Token);
        await Assert.ThrowsAsync<IOException>(() => end.ReadAsync(new byte[1], Token).AsTask());
        Assert.StartsWith("nas's service web has nothing listening", end.Problem?.Message, StringComparison.Ordinal);

        await using WatchedEnd speaking = await TargetDialer.DialWatchedAsync(_network["laptop"], new DeviceTarget("nas", 8080), Token);
        speaking.LastWords = static problem => Encoding.UTF8.GetBytes(problem.Message);
        byte[] words = new byte[200];
        int first = await speaking.ReadAsync(words.AsMemory(0, 5), Token);
        int rest = await speaking.ReadAsync(words.AsMemory(first), Token);
        Assert.Equal(speaking.Problem!.Message, Encoding.UTF8.GetString(words, 0, first + rest));
        await speaking.WriteAsync(words, Token);
        Assert.Equal(0, await speaking.ReadAsync(words, Token));
    }

    [Fact]
    public async Task a_service_has_so_many_connections_and_no_more()
    {
        using TcpListener program = new(IPAddress.Loopback, 0);
        program.Start(2 * ServiceServer.ConnectionsMax);
        await using ServiceHost host = await ExposeAsync(PortOf(program), "web");
        List<KithStream> streams = [];
        for (int i = 0; i < ServiceServer.ConnectionsMax; i++)
        {
            streams.Add(await CallAsync("laptop", "web"));
        }

        ControlException full = await Assert.ThrowsAsync<ControlException>(() => CallAsync("laptop", "web"));
        Assert.Equal(ControlError.PeerRefused, full.Error);
        Assert.Equal(ControlError.PeerRefused, (await ServiceCaller.ExplainAsync(_network["laptop"], new DeviceTarget("nas", 8080), Token))?.Error);
        await using KithStream byPort = await _network["laptop"].DialAsync("nas", 8080, Token);
        await Assert.ThrowsAsync<IOException>(() => byPort.ReadAsync(new byte[1], Token).AsTask());

        foreach (KithStream stream in streams)
        {
            stream.Abort();
        }

        KithStream? again = null;
        while (again is null)
        {
            again = await Record.ExceptionAsync(async () => again = await CallAsync("laptop", "web")) is null ? again : null;
        }

        await again.DisposeAsync();
    }

    [Fact]
    public async Task callers_that_say_nothing_are_bounded()
    {
        await using ServiceHost host = await ExposeAsync(FreePort(), "web");
        List<KithStream> silent = [];
        for (int i = 0; i < ServiceDoor.CallersMax; i++)
        {
            silent.Add(await _network["laptop"].DialAsync("nas", ServiceCall.Protocol, Token));
        }

        await using KithStream further = await _network["laptop"].DialAsync("nas", ServiceCall.Protocol, Token);
        await Assert.ThrowsAsync<IOException>(() => further.ReadAsync(new byte[1], Token).AsTask());

        // One that says what it wants makes room.
        await silent[0].WriteAsync(new ServiceCall("nothing").Encode(), Token);
        Assert.Equal(s_unknown, await ((MemoryKithStream)silent[0]).End.ReadAllAsync(Token));
        Assert.Equal(s_unknown, await AskAsync("laptop", "nothing"));
        foreach (KithStream stream in silent)
        {
            stream.Abort();
        }
    }

    [Fact]
    public async Task members_that_are_told_of_services_are_bounded()
    {
        await using ServiceHost host = await ExposeAsync(FreePort(), "web");
        List<KithStream> asking = [];
        for (int i = 0; i < ServiceTeller.AskersMax; i++)
        {
            // Each has heard the list and does not hang up.
            KithStream stream = await _network["laptop"].DialAsync("nas", ServiceList.Protocol, Token);
            Assert.NotEmpty(await ((MemoryKithStream)stream).End.ReadAllAsync(Token));
            asking.Add(stream);
        }

        await using KithStream further = await _network["laptop"].DialAsync("nas", ServiceList.Protocol, Token);
        await Assert.ThrowsAsync<IOException>(() => further.ReadAsync(new byte[1], Token).AsTask());
        foreach (KithStream stream in asking)
        {
            stream.Abort();
        }
    }

    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 3, (byte)'W', (byte)'e', (byte)'b' })]
    [InlineData(new byte[] { 41, 1, 2 })]
    public async Task nonsense_is_reset(byte[] call)
    {
        await using ServiceHost host = await ExposeAsync(FreePort(), "web");
        await using KithStream stream = await _network["laptop"].DialAsync("nas", ServiceCall.Protocol, Token);
        await stream.WriteAsync(call, Token);
        await stream.CompleteWritesAsync(Token);
        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], Token).AsTask());
    }

    [Theory]
    [InlineData(new byte[] { 9 })]
    [InlineData(new byte[] { 3, 0, 80 })]
    [InlineData(new byte[] { })]
    public async Task an_answer_that_is_not_well_formed_is_told(byte[] answer)
    {
        await using KithListener liar = await _network["nas"].ListenAsync(ServiceCall.Protocol, Token);
        Task<KithStream> calling = CallAsync("laptop", "web");
        await using KithStream stream = await liar.AcceptAsync(Token);
        await stream.WriteAsync(answer, Token);
        await stream.CompleteWritesAsync(Token);
        ControlException failure = await Assert.ThrowsAsync<ControlException>(() => calling);
        Assert.Equal((ControlError.PeerRefused, "nas gave an answer that is not well formed."), (failure.Error, failure.Message));
    }

    [Fact]
    public void both_are_as_the_document_says_and_refused_when_cut_or_changed()
    {
        byte[] call = [3, .. "web"u8];
        Assert.Equal(call, new ServiceCall("web").Encode());
        Assert.True(ServiceCall.TryDecode(call, out ServiceCall? read) && read.Service == "web");
        byte[] answer = [3, 0x1F, 0x90, 3, .. "web"u8];
        ServiceAnswer said = new(ServiceAnswerKind.NothingBehind, 8080, "web");
        Assert.Equal(answer, said.Encode());
        Assert.True(ServiceAnswer.TryDecode(answer, out ServiceAnswer? heard) && heard == said);
        foreach (ServiceAnswerKind kind in (ServiceAnswerKind[])[ServiceAnswerKind.Connected, ServiceAnswerKind.Unknown, ServiceAnswerKind.Full])
        {
            Assert.Equal([(byte)kind], new ServiceAnswer(kind).Encode());
            Assert.True(ServiceAnswer.TryDecode([(byte)kind], out _));
            Assert.False(ServiceAnswer.TryDecode([(byte)kind, 0], out _));
        }

        for (int length = 0; length < call.Length; length++)
        {
            Assert.False(ServiceCall.TryDecode(call.AsSpan(0, length), out _));
        }

        for (int length = 0; length < answer.Length; length++)
        {
            Assert.False(ServiceAnswer.TryDecode(answer.AsSpan(0, length), out _));
        }

        Flip(call, bytes => ServiceCall.TryDecode(bytes, out ServiceCall? changed) ? changed.Encode() : null);
        Flip(answer, bytes => ServiceAnswer.TryDecode(bytes, out ServiceAnswer? changed) ? changed.Encode() : null);
    }

    // Whatever is read at all is read as what it is.
    private static void Flip(byte[] bytes, Func<byte[], byte[]?> again)
    {
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(bytes, again(bytes) ?? bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private static TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static int FreePort()
    {
        using TcpListener listener = Listen();
        return PortOf(listener);
    }

    private async Task<ServiceHost> ExposeAsync(int hostPort, string name, params string[] to)
    {
        ServiceHost host = await ServiceHost.StartAsync(_network["nas"].Refresh(), _network["nas"], _state.Path, Token);
        await host.ExposeAsync(new ExposeRequest(name, 8080, "127.0.0.1", hostPort, to), Token);
        return host;
    }

    private Task<KithStream> CallAsync(string caller, string service) =>
        TargetDialer.DialAsync(_network[caller], new DeviceTarget("nas", 0, service), Token).AsTask();

    private async Task<byte[]> AskAsync(string caller, string service)
    {
        await using KithStream stream = await _network[caller].DialAsync("nas", ServiceCall.Protocol, Token);
        await stream.WriteAsync(new ServiceCall(service).Encode(), Token);
        return await ((MemoryKithStream)stream).End.ReadAllAsync(Token);
    }
}
