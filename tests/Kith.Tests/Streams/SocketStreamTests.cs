// What waits is driven by the test itself, turn by turn; cancelling it would not end the turns.
#pragma warning disable xUnit1051

using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Kith.Cli.Daemon;
using Kith.Node;
using Kith.Node.Control;
using Kith.Tests.Cli;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kith.Tests.Streams;

/// <summary>
/// Streams of a node that a program reaches through its control socket:
/// <code>
///   program ── socket ── anna ── switch ── bert
/// </code>
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SocketStreamTests : IDisposable
{
    private readonly StreamNet _net = new("anna", "bert");
    private readonly TemporaryDirectory _state = new();
    private readonly ControlServer _server;
    private readonly ControlClient _client;

    public SocketStreamTests()
    {
        _net.Drive(Anna.Protocols.StartAsync(default));
        _net.Drive(Bert.Protocols.StartAsync(default));
        _server = _net.Drive(ControlServer.StartAsync(_state.Path, new PlaceNode(Anna), () => Task.CompletedTask, NullLogger.Instance, default));
        _client = new ControlClient(_state.Path);
    }

    private StreamNet.Place Anna => _net[0];

    private StreamNet.Place Bert => _net[1];

    public void Dispose()
    {
        _net.Drive(_client.DisposeAsync());
        _net.Drive(_server.DisposeAsync());
        _net.Dispose();
        _state.Dispose();
    }

    [Fact]
    public void program_dials_and_both_know_each_other()
    {
        (KithStream dialled, KithStream accepted) = Dial();
        Assert.Equal((Bert.Core.Id, "bert", "home", 80), (dialled.Peer.Id, dialled.Peer.Name, dialled.Peer.NetworkName, dialled.Peer.Address.Port));
        Assert.Equal((Anna.Core.Id, MemberRole.Admin), (accepted.Peer.Id, accepted.Peer.Role));
    }

    [Fact]
    public void bytes_pass_both_ways_and_each_way_ends_by_itself()
    {
        (KithStream dialled, KithStream accepted) = Dial();
        byte[] question = [.. Enumerable.Range(0, 700_000).Select(i => (byte)(i * 7))];
        Task asking = AskAsync();
        Assert.Equal(question, _net.Drive(NodeStreamTests.ReadAllAsync(accepted)));
        _net.Drive(asking);
        _net.Drive(accepted.WriteAsync("answer"u8.ToArray()));
        _net.Drive(accepted.CompleteWritesAsync());
        Assert.Equal("answer"u8.ToArray(), _net.Drive(NodeStreamTests.ReadAllAsync(dialled)));
        _net.Drive(dialled.DisposeAsync());
        _net.Drive(accepted.DisposeAsync());
        _net.DriveUntil(() => Anna.Streams.Count + Bert.Streams.Count == 0);

        async Task AskAsync()
        {
            await dialled.WriteAsync(question);
            await dialled.CompleteWritesAsync();
        }
    }

    [Fact]
    public void disposed_stream_delivers_what_was_written()
    {
        (KithStream dialled, KithStream accepted) = Dial();
        _net.Drive(accepted.WriteAsync(new byte[1000]));
        _net.Drive(dialled.WriteAsync(new byte[200_000]));
        _net.Drive(dialled.DisposeAsync());
        Assert.Equal(200_000, _net.Drive(NodeStreamTests.ReadAllAsync(accepted)).Length);
        Assert.Throws<ObjectDisposedException>(() => _net.Drive(dialled.ReadAsync(new byte[1])));
    }

    [Fact]
    public void pipes_work_as_the_stream_does()
    {
        (KithStream dialled, KithStream accepted) = Dial();
        _net.Drive(dialled.Output.WriteAsync(new byte[100_000]));
        _net.Drive(dialled.Output.CompleteAsync());
        Assert.Equal(100_000, _net.Drive(NodeStreamTests.ReadAllAsync(accepted)).Length);
        _net.Drive(accepted.WriteAsync(new byte[5]));
        ReadResult result = _net.Drive(dialled.Input.ReadAtLeastAsync(5));
        dialled.Input.AdvanceTo(result.Buffer.GetPosition(3));
        Assert.Equal(2, _net.Drive(dialled.ReadAsync(new byte[10])));
    }

    [Fact]
    public void cancelled_reads_leave_the_stream_whole()
    {
        (KithStream dialled, KithStream accepted) = Dial();
        using CancellationTokenSource cancel = new();
        Task<int> reading = dialled.ReadAsync(new byte[10], cancel.Token).AsTask();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _net.Drive(reading));
        _net.Drive(accepted.WriteAsync("whole"u8.ToArray()));
        Assert.Equal(5, _net.Drive(dialled.ReadAsync(new byte[10])));
    }

    [Fact]
    public void slow_program_makes_the_other_device_wait()
    {
        (KithStream dialled, KithStream accepted) = Dial();
        Task writing = accepted.WriteAsync(new byte[32 << 20]).AsTask();
        for (int turn = 0; turn < 3000; turn++)
        {
            _net.Turn();
        }

        Assert.False(writing.IsCompleted);
        Task<byte[]> reading = NodeStreamTests.ReadAllAsync(dialled);
        _net.Drive(writing);
        _net.Drive(accepted.CompleteWritesAsync());
        Assert.Equal(32 << 20, _net.Drive(reading).Length);
    }

    [Fact]
    public void broken_connection_breaks_the_programs_stream_with_the_reason()
    {
        (KithStream dialled, KithStream accepted) = Dial();
        accepted.Abort();
        IOException failure = Assert.Throws<IOException>(() => _net.Drive(dialled.ReadAsync(new byte[1])));
        Assert.Equal("The other device broke the connection.", failure.Message);
        Assert.Throws<IOException>(() => _net.Drive(dialled.WriteAsync(new byte[1])));
    }

    [Fact]
    public void program_that_aborts_or_dies_resets_its_stream()
    {
        (KithStream dialled, KithStream accepted) = Dial();
        Task<int> reading = dialled.ReadAsync(new byte[1]).AsTask();
        dialled.Abort();
        Assert.Throws<IOException>(() => _net.Drive(accepted.ReadAsync(new byte[1])));
        Assert.Throws<IOException>(() => _net.Drive(reading));
        _net.DriveUntil(() => Anna.Streams.Count + Bert.Streams.Count == 0);
    }

    [Fact]
    public void failures_cross_the_socket()
    {
        Assert.Equal(ControlError.UnknownDevice, Assert.Throws<ControlException>(() => _net.Drive(_client.DialAsync("cleo", 80))).Error);
        Assert.Equal(ControlError.PortRefused, Assert.Throws<ControlException>(() => _net.Drive(_client.DialAsync("bert", 81))).Error);
        Assert.Equal(ControlError.PortRefused, Assert.Throws<ControlException>(() => _net.Drive(_client.DialAsync("bert", "pipe/photos"))).Error);
        Assert.Equal(ControlError.Usage, Assert.Throws<ControlException>(() => _net.Drive(_client.DialAsync("bert", 70000))).Error);
        Assert.Equal(ControlError.Usage, Assert.Throws<ControlException>(() => _net.Drive(_client.DialAsync("bert", "No Name"))).Error);
        Assert.Equal(ControlError.PortInUse, Assert.Throws<ControlException>(() => _net.Drive(_client.ListenAsync(5484))).Error);
    }

    [Fact]
    public void program_listens_on_a_port_and_for_a_name()
    {
        KithListener port = _net.Drive(_client.ListenAsync(80));
        KithListener name = _net.Drive(_client.ListenAsync("pipe/photos"));
        Assert.Equal((80, null, 5485, "pipe/photos"), (port.Port, port.Protocol, name.Port, name.Protocol));
        for (int i = 0; i < 10; i++)
        {
            Echo(port, _net.Drive(Bert.Streams.DialAsync("anna", 80, default)));
            Echo(name, _net.Drive(Bert.Protocols.DialAsync("anna", "pipe/photos", default)));
        }

        _net.Drive(port.DisposeAsync());
        _net.Drive(name.DisposeAsync());
        Assert.Equal(ControlError.PortRefused, Assert.Throws<ControlException>(() => _net.Drive(Bert.Streams.DialAsync("anna", 80, default))).Error);
        Assert.Throws<ObjectDisposedException>(() => _net.Drive(port.AcceptAsync()));
        _net.Drive(_client.ListenAsync(80));
    }

    [Fact]
    public void listener_goes_with_its_program()
    {
        using (Socket program = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            program.Connect(new UnixDomainSocketEndPoint(ControlSocketPath.For(_state.Path)));
            program.Send("GET /v1/listen?port=80 HTTP/1.1\r\nHost: kith\r\nConnection: Upgrade\r\nUpgrade: kith-stream\r\n\r\n"u8);
            byte[] answer = new byte[1000];
            int length = _net.Drive(program.ReceiveAsync(answer));
            Assert.StartsWith("HTTP/1.1 101 ", System.Text.Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
            Assert.Equal(ControlError.PortInUse, Assert.Throws<ControlException>(() => _net.Drive(_client.ListenAsync(80))).Error);
        }

        KithListener? mine = null;
        _net.DriveUntil(() => (mine = TryListen()) is not null);
    }

    [Fact]
    public void listener_of_a_node_that_stops_says_so()
    {
        KithListener listener = _net.Drive(_client.ListenAsync(80));
        Task<KithStream> accepting = listener.AcceptAsync().AsTask();
        Anna.Stop();
        Assert.Equal(ControlError.NodeNotRunning, Assert.Throws<ControlException>(() => _net.Drive(accepting)).Error);
    }

    private KithListener? TryListen()
    {
        try
        {
            return _net.Drive(_client.ListenAsync(80));
        }
        catch (ControlException failure) when (failure.Error == ControlError.PortInUse)
        {
            return null;
        }
    }

    private void Echo(KithListener listener, KithStream dialled)
    {
        KithStream accepted = _net.Drive(listener.AcceptAsync());
        Assert.Equal(Bert.Core.Id, accepted.Peer.Id);
        _net.Drive(dialled.WriteAsync("hello"u8.ToArray()));
        byte[] buffer = new byte[10];
        Assert.Equal(5, _net.Drive(accepted.ReadAsync(buffer)));
        _net.Drive(accepted.WriteAsync(buffer.AsMemory(0, 5)));
        Assert.Equal(5, _net.Drive(dialled.ReadAsync(buffer)));
        _net.Drive(accepted.DisposeAsync());
        _net.Drive(dialled.DisposeAsync());
    }

    private (KithStream Dialled, KithStream Accepted) Dial()
    {
        KithListener listener = _net.Drive(Bert.Streams.ListenAsync(80, default));
        KithStream dialled = _net.Drive(_client.DialAsync("bert", 80));
        return (dialled, _net.Drive(listener.AcceptAsync()));
    }

    /// <summary>A node in memory behind a control socket.</summary>
    private sealed class PlaceNode(StreamNet.Place place) : FakeNode, IKithTransport
    {
        public ValueTask<KithStream> DialAsync(string device, int port, CancellationToken cancellationToken = default) =>
            place.Streams.DialAsync(device, port, cancellationToken);

        public ValueTask<KithStream> DialAsync(string device, string protocol, CancellationToken cancellationToken = default) =>
            place.Protocols.DialAsync(device, protocol, cancellationToken);

        public async ValueTask<KithListener> ListenAsync(int port, CancellationToken cancellationToken = default) =>
            await place.Streams.ListenAsync(port, cancellationToken);

        public ValueTask<KithListener> ListenAsync(string protocol, CancellationToken cancellationToken = default) =>
            place.Protocols.ListenAsync(protocol, cancellationToken);
    }
}
