using System.Net.WebSockets;
using Kith.Node.Tcp;

namespace Kith.Tests.Tcp;

/// <summary>One WebSocket that carries datagrams, over a pipe in memory.</summary>
public sealed class TcpConnectionTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<byte[]> _delivered = [];
    private readonly SemaphoreSlim _arrived = new(0);

    public void Dispose()
    {
        _stop.Dispose();
        _arrived.Dispose();
    }

    [Fact]
    public async Task each_message_is_one_datagram_both_ways()
    {
        (WebSocket near, WebSocket far) = Pair();
        using TcpConnection connection = new(near, _stop.Token);
        Task running = connection.RunAsync(Deliver);
        await far.SendAsync(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        await far.SendAsync(new byte[] { 4 }, WebSocketMessageType.Binary, false, TestContext.Current.CancellationToken);
        await far.SendAsync(new byte[] { 5 }, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        Assert.True(await _arrived.WaitAsync(s_patience, TestContext.Current.CancellationToken));
        Assert.True(await _arrived.WaitAsync(s_patience, TestContext.Current.CancellationToken));
        Assert.Equal([[1, 2, 3], [4, 5]], _delivered);

        connection.Send([6, 7]);
        connection.Send([8]);
        byte[] buffer = new byte[16];
        WebSocketReceiveResult first = await far.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal((2, true, WebSocketMessageType.Binary), (first.Count, first.EndOfMessage, first.MessageType));
        Assert.Equal(1, (await far.ReceiveAsync(buffer, TestContext.Current.CancellationToken)).Count);
        connection.Close();
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task a_message_that_is_too_long_ends_it()
    {
        (WebSocket near, WebSocket far) = Pair();
        using TcpConnection connection = new(near, _stop.Token);
        Task running = connection.RunAsync(Deliver);
        await far.SendAsync(new byte[TcpConnection.MessageBytesMax + 1], WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.Empty(_delivered);
    }

    [Fact]
    public async Task text_ends_it()
    {
        (WebSocket near, WebSocket far) = Pair();
        using TcpConnection connection = new(near, _stop.Token);
        Task running = connection.RunAsync(Deliver);
        await far.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.Empty(_delivered);
    }

    [Fact]
    public async Task what_a_slow_peer_does_not_take_is_dropped()
    {
        (WebSocket near, _) = Pair(pauseBytes: 64);
        using TcpConnection connection = new(near, _stop.Token);
        Task running = connection.RunAsync(Deliver);
        for (int i = 0; i < 10 * TcpConnection.QueueMax; i++)
        {
            connection.Send(new byte[1000]);
        }

        Assert.InRange(connection.Dropped, (10 * TcpConnection.QueueMax) - TcpConnection.QueueMax - 2, 10 * TcpConnection.QueueMax);
        connection.Close();
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    private static (WebSocket Near, WebSocket Far) Pair(int pauseBytes = 1 << 20)
    {
        (Stream near, Stream far) = DuplexPair.Create(pauseBytes);
        return (WebSocket.CreateFromStream(near, new WebSocketCreationOptions { IsServer = true }), WebSocket.CreateFromStream(far, new WebSocketCreationOptions()));
    }

    private ValueTask Deliver(ReadOnlyMemory<byte> datagram, CancellationToken end)
    {
        _delivered.Add(datagram.ToArray());
        _arrived.Release();
        return ValueTask.CompletedTask;
    }
}
