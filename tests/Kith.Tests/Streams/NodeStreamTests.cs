// What waits is driven by the test itself, turn by turn; cancelling it would not end the turns.
#pragma warning disable xUnit1051

using System.Buffers;
using System.IO.Pipelines;
using Kith.Node;
using Kith.Node.Control;
using Kith.Node.Streams;
using Kith.Protocol.Core;
using Kith.Protocol.Netstack;
using Kith.Protocol.Wire;

namespace Kith.Tests.Streams;

/// <summary>
/// Streams between whole nodes in memory:
/// <code>
///   anna ── switch ── bert
/// </code>
/// </summary>
public sealed class NodeStreamTests : IDisposable
{
    private readonly StreamNet _net = new("anna", "bert");

    private StreamNet.Place Anna => _net[0];

    private StreamNet.Place Bert => _net[1];

    public void Dispose() => _net.Dispose();

    [Fact]
    public async Task a_node_has_so_many_streams_and_no_more()
    {
        // Nothing is driven meanwhile: all of them are being opened.
        InternetEndpoint there = new(Anna.Core.Networks.Single().State.Members[Bert.Core.Id].V6, 9);
        Nobody owner = new();
        int opened = 0;
        Assert.Throws<StackLimitException>(() =>
        {
            for (; opened <= ApplicationLimits.ConnectionsMax; opened++)
            {
                Anna.Core.Connect(Anna.Now, there, owner);
            }
        });

        // The node's own control streams count as well.
        Assert.InRange(opened, ApplicationLimits.ConnectionsMax - 4, ApplicationLimits.ConnectionsMax);
        Task<KithStream> further = Anna.Streams.DialAsync("bert", 9, default).AsTask();
        Anna.Turn();
        Assert.Equal(ControlError.LimitReached, (await Assert.ThrowsAsync<ControlException>(() => further)).Error);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("BERT")]
    [InlineData("bert.home")]
    [InlineData("bert.home.kith")]
    public void dialler_and_listener_know_who_is_at_the_other_end(string device)
    {
        (KithStream dialled, KithStream accepted) = Open(device);
        Assert.Equal((Bert.Core.Id, "bert", "home", MemberRole.Member, 80), (dialled.Peer.Id, dialled.Peer.Name, dialled.Peer.NetworkName, dialled.Peer.Role, dialled.Peer.Address.Port));
        Assert.Equal((Anna.Core.Id, "anna", "home", MemberRole.Admin), (accepted.Peer.Id, accepted.Peer.Name, accepted.Peer.NetworkName, accepted.Peer.Role));
        Assert.Equal(Anna.Core.Networks.Single().Id, accepted.Peer.Network);
    }

    [Fact]
    public void device_is_found_by_its_id_and_by_both_its_addresses()
    {
        _net.Drive(Bert.Streams.ListenAsync(80, default));
        Kith.Protocol.Membership.Member bert = Anna.Core.Networks.Single().State.Members[Bert.Core.Id];
        foreach (string device in new[] { bert.Id.ToString(), bert.V6.ToString(), bert.V4.ToString() })
        {
            KithStream stream = _net.Drive(Anna.Streams.DialAsync(device, 80, default));
            Assert.Equal(Bert.Core.Id, stream.Peer.Id);
            Assert.Equal(device == bert.V4.ToString(), stream.Peer.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);
        }
    }

    [Fact]
    public void what_is_written_arrives_and_a_half_closed_stream_goes_on_the_other_way()
    {
        (KithStream dialled, KithStream accepted) = Open();
        byte[] question = Bytes(3_000_000, 1);
        byte[] answer = Bytes(2_000_000, 2);
        Task<byte[]> served = ServeAsync();
        Task asking = AskAsync();
        Assert.Equal(answer, _net.Drive(ReadAllAsync(dialled)));
        Assert.Equal(question, _net.Drive(served));
        _net.Drive(asking);
        dialled.Dispose();
        accepted.Dispose();
        _net.DriveUntil(() => Anna.Streams.Count + Bert.Streams.Count == 0);

        async Task AskAsync()
        {
            await dialled.WriteAsync(question);
            await dialled.CompleteWritesAsync();
        }

        async Task<byte[]> ServeAsync()
        {
            byte[] read = await ReadAllAsync(accepted);
            await accepted.WriteAsync(answer);
            await accepted.CompleteWritesAsync();
            return read;
        }
    }

    [Fact]
    public void slow_reader_makes_the_writer_wait_and_costs_no_more_than_its_window()
    {
        (KithStream dialled, KithStream accepted) = Open();
        using CancellationTokenSource enough = new();
        byte[] block = new byte[64 * 1024];
        long written = 0;
        Task writing;
        while (true)
        {
            writing = dialled.WriteAsync(block, enough.Token).AsTask();
            if (!IsDone(writing))
            {
                break;
            }

            written += block.Length;
        }

        // Send buffer and receive window of the stack are 4 MiB each.
        Assert.InRange(written, NodeStream.PipeBytesMax, (2 * (4 << 20)) + (3 * NodeStream.PipeBytesMax));
        Assert.False(writing.IsCompleted);
        enough.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _net.Drive(writing));
        dialled.Dispose();
        Assert.True(_net.Drive(ReadAllAsync(accepted)).Length >= written);
    }

    [Fact]
    public void pipes_of_a_stream_carry_the_same_bytes()
    {
        (KithStream dialled, KithStream accepted) = Open();
        _net.Drive(dialled.Output.WriteAsync(Bytes(100_000, 3)));
        dialled.Output.Complete();
        _net.Drive(ReadAsync());

        async Task ReadAsync()
        {
            ReadResult result = await accepted.Input.ReadAtLeastAsync(100_000);
            Assert.Equal(Bytes(100_000, 3), result.Buffer.ToArray());
            accepted.Input.AdvanceTo(result.Buffer.End);
            Assert.Equal(0, await accepted.ReadAsync(new byte[10]));
        }
    }

    [Fact]
    public void read_of_nothing_waits_until_there_is_something()
    {
        (KithStream dialled, KithStream accepted) = Open();
        Task<int> nothing = accepted.ReadAsync(Memory<byte>.Empty).AsTask();
        for (int i = 0; i < 100; i++)
        {
            _net.Turn();
        }

        Assert.False(nothing.IsCompleted);
        _net.Drive(dialled.WriteAsync("x"u8.ToArray()));
        Assert.Equal(0, _net.Drive(nothing));
        Assert.Equal(1, _net.Drive(accepted.ReadAsync(new byte[10])));
    }

    [Fact]
    public void port_that_nobody_listens_on_is_refused_at_once()
    {
        ControlException failure = Assert.Throws<ControlException>(() => _net.Drive(Anna.Streams.DialAsync("bert", 81, default)));
        Assert.Equal(ControlError.PortRefused, failure.Error);
        Assert.Equal(0, Anna.Streams.Count);
    }

    [Theory]
    [InlineData("cleo", ControlError.UnknownDevice)]
    [InlineData("bert.work", ControlError.UnknownDevice)]
    [InlineData("10.99.99.99", ControlError.UnknownDevice)]
    [InlineData("anna", ControlError.UnknownDevice)]
    public void nobody_and_oneself_cannot_be_dialled(string device, ControlError expected)
    {
        ControlException failure = Assert.Throws<ControlException>(() => _net.Drive(Anna.Streams.DialAsync(device, 80, default)));
        Assert.Equal(expected, failure.Error);
        Assert.NotEmpty(failure.Advice);
    }

    [Fact]
    public void device_that_does_not_answer_is_said_to_be_offline_with_what_to_do()
    {
        Bert.Host.IsCutOff = true;
        _net.Elapse(() => !Anna.Core.DescribePeer(Bert.Core.Id).Online, TimeSpan.FromMinutes(3));
        ControlException failure = Assert.Throws<ControlException>(() => _net.Drive(Anna.Streams.DialAsync("bert", 80, default)));
        Assert.Equal(ControlError.DeviceOffline, failure.Error);
        Assert.Contains("kith why bert", failure.Advice, StringComparison.Ordinal);
        _net.DriveUntil(() => Anna.Streams.Count == 0);
    }

    [Fact]
    public void aborted_stream_breaks_at_the_other_end()
    {
        (KithStream dialled, KithStream accepted) = Open();
        Task<int> reading = accepted.ReadAsync(new byte[10]).AsTask();
        dialled.Abort();
        Assert.Throws<IOException>(() => _net.Drive(reading));
        Assert.Throws<IOException>(() => _net.Drive(dialled.ReadAsync(new byte[10])));
        Assert.Throws<IOException>(() => _net.Drive(accepted.WriteAsync(new byte[10])));
        Assert.Equal(0, Anna.Streams.Count + Bert.Streams.Count);
    }

    [Fact]
    public void disposed_stream_delivers_what_was_written_and_then_ends()
    {
        (KithStream dialled, KithStream accepted) = Open();
        _net.Drive(dialled.WriteAsync(Bytes(200_000, 4)));
        dialled.Dispose();
        Assert.Equal(Bytes(200_000, 4), _net.Drive(ReadAllAsync(accepted)));
        Assert.Throws<ObjectDisposedException>(() => _net.Drive(dialled.ReadAsync(new byte[1])));
        Assert.Throws<ObjectDisposedException>(() => _net.Drive(dialled.WriteAsync(new byte[1])));
        accepted.Dispose();
        _net.DriveUntil(() => Anna.Streams.Count + Bert.Streams.Count == 0);
    }

    [Fact]
    public void disposing_ends_a_read_that_waits()
    {
        (KithStream dialled, _) = Open();
        Task<int> reading = dialled.ReadAsync(new byte[10]).AsTask();
        dialled.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _net.Drive(reading));
    }

    [Fact]
    public void peer_that_goes_on_talking_to_a_disposed_stream_is_told()
    {
        (KithStream dialled, KithStream accepted) = Open();
        dialled.Dispose();
        Assert.Throws<IOException>(() => _net.Drive(TalkAsync()));
        _net.DriveUntil(() => Anna.Streams.Count + Bert.Streams.Count == 0);

        async Task TalkAsync()
        {
            while (true)
            {
                await accepted.WriteAsync(new byte[1000]);
            }
        }
    }

    [Fact]
    public void disposed_stream_that_the_peer_never_closes_is_given_up_after_a_minute()
    {
        (KithStream dialled, KithStream accepted) = Open();
        dialled.Dispose();
        Assert.Equal(0, _net.Drive(accepted.ReadAsync(new byte[1])));
        Protocol.Wire.Instant before = _net.Lan.Now;
        _net.Elapse(() => Anna.Streams.Count == 0, TimeSpan.FromMinutes(2));
        Assert.InRange((_net.Lan.Now - before).TotalSeconds, 50, 70);
    }

    [Fact]
    public void disposed_stream_whose_peer_takes_nothing_is_given_up_too()
    {
        (KithStream dialled, _) = Open();
        Task writing;
        do
        {
            writing = dialled.WriteAsync(new byte[64 * 1024]).AsTask();
        }
        while (IsDone(writing));

        dialled.Dispose();
        _net.Elapse(() => Anna.Streams.Count == 0, TimeSpan.FromMinutes(4));
    }

    [Fact]
    public void revoked_member_loses_its_streams_at_once()
    {
        (KithStream dialled, KithStream accepted) = Open();
        Task<int> reading = dialled.ReadAsync(new byte[10]).AsTask();
        Anna.Core.RevokeDevice(Anna.Now, Anna.Core.Networks.Single().Id, Bert.Core.Id);
        _net.Turn();
        Assert.Equal(0, Anna.Streams.Count);
        Assert.Throws<IOException>(() => _net.Drive(reading));

        // Who was revoked hears nothing any more, and gives up by itself.
        _net.Elapse(() => Bert.Streams.Count == 0, TimeSpan.FromMinutes(4));
        Assert.Throws<IOException>(() => _net.Drive(accepted.ReadAsync(new byte[10])));
    }

    [Fact]
    public void cancelled_reads_leave_the_stream_whole()
    {
        (KithStream dialled, KithStream accepted) = Open();
        using CancellationTokenSource cancel = new();
        Task<int> reading = accepted.ReadAsync(new byte[10], cancel.Token).AsTask();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _net.Drive(reading));
        _net.Drive(dialled.WriteAsync("whole"u8.ToArray()));
        Assert.Equal(5, _net.Drive(accepted.ReadAsync(new byte[10])));
    }

    [Fact]
    public void cancelled_dial_leaves_nothing_behind()
    {
        Bert.Host.IsCutOff = true;
        using CancellationTokenSource cancel = new();
        Task<KithStream> dialling = Anna.Streams.DialAsync("bert", 80, cancel.Token).AsTask();
        _net.DriveUntil(() => Anna.Streams.Count == 1 || dialling.IsCompleted);
        cancel.Cancel();
        Exception failure = Assert.ThrowsAny<Exception>(() => _net.Drive(dialling));
        Assert.True(failure is OperationCanceledException or ControlException { Error: ControlError.DeviceOffline }, failure.ToString());
        _net.DriveUntil(() => Anna.Streams.Count == 0);
    }

    [Fact]
    public void stopping_node_breaks_its_streams_and_ends_its_listeners()
    {
        (KithStream dialled, KithStream accepted) = Open();
        KithListener other = _net.Drive(Bert.Streams.ListenAsync(90, default));
        Task<KithStream> accepting = other.AcceptAsync().AsTask();
        Task<int> reading = accepted.ReadAsync(new byte[10]).AsTask();
        Bert.Stop();
        Assert.Throws<IOException>(() => _net.Drive(reading));
        Assert.Throws<IOException>(() => _net.Drive(dialled.ReadAsync(new byte[10])));
        Assert.Equal(ControlError.NodeNotRunning, Assert.Throws<ControlException>(() => _net.Drive(accepting)).Error);
        Assert.Equal(ControlError.NodeNotRunning, Assert.Throws<ControlException>(() => _net.Drive(Bert.Streams.DialAsync("anna", 80, default))).Error);
        _net.Drive(other.DisposeAsync());
    }

    [Fact]
    public void hundred_streams_at_once_all_echo()
    {
        KithListener listener = _net.Drive(Bert.Streams.ListenAsync(80, default));
        _ = Task.Run(async () =>
        {
            await foreach (KithStream stream in listener.AcceptAllAsync())
            {
                _ = stream.CopyToAsync(stream).ContinueWith(_ => stream.Dispose(), TaskScheduler.Default);
            }
        });
        _net.Drive(Task.WhenAll(Enumerable.Range(0, 100).Select(AskAsync)));
        _net.Drive(listener.DisposeAsync());
        _net.DriveUntil(() => Anna.Streams.Count + Bert.Streams.Count == 0);

        async Task AskAsync(int number)
        {
            await using KithStream stream = await Anna.Streams.DialAsync("bert", 80, default);
            byte[] question = Bytes(10_000, number);
            await stream.WriteAsync(question);
            byte[] answer = new byte[question.Length];
            await stream.ReadExactlyAsync(answer);
            Assert.Equal(question, answer);
        }
    }

    internal static async Task<byte[]> ReadAllAsync(Stream stream)
    {
        MemoryStream all = new();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)((i * 31) + (i >> 9) + seed);
        }

        return bytes;
    }

    // Whether a write ends although nobody reads: a second of the nodes' time, and whatever other threads need of real time.
    private bool IsDone(Task writing)
    {
        for (int turn = 0; turn < 1000 && !writing.IsCompleted; turn++)
        {
            _net.Turn();
        }

        return writing.IsCompleted || ((IAsyncResult)writing).AsyncWaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
    }

    private (KithStream Dialled, KithStream Accepted) Open(string device = "bert")
    {
        KithListener listener = _net.Drive(Bert.Streams.ListenAsync(80, default));
        KithStream dialled = _net.Drive(Anna.Streams.DialAsync(device, 80, default));
        return (dialled, _net.Drive(listener.AcceptAsync()));
    }

    private sealed class Nobody : IStackOwner
    {
        public void HandleStackEvent(ClockReading now, in StackEvent stackEvent)
        {
        }
    }
}
