using System.Collections.Concurrent;
using System.Net.WebSockets;
using Kith.Node.Hosting;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace Kith.Node.Tcp;

/// <summary>All TCP connections of the node, between the WebSockets and the core: numbers them, carries datagrams, makes new ones as the core asks.</summary>
internal sealed class TcpConnections : IDisposable
{
    private readonly ConcurrentDictionary<int, TcpConnection> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CoreInbox _inbox;
    private readonly NodeCore _core;
    private readonly ILogger _logger;
    private int _last;
    private int _running;

    /// <summary>Begins with none.</summary>
    public TcpConnections(NodeCore core, CoreInbox inbox, ILogger logger)
    {
        _core = core;
        _inbox = inbox;
        _logger = logger;
    }

    /// <summary>Connections that are open.</summary>
    public int Count => _open.Count;

    /// <summary>Why the last attempt of ours failed, in words; null if none has, or one has succeeded since.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Whether the core's wish was carried out. On the core's loop.</summary>
    public void Obey(NodeEvent wish)
    {
        switch (wish)
        {
            case NodeEvent.TcpWanted wanted:
                _ = Task.Run(() => ConnectAsync(wanted.Node, wanted.Endpoints));
                break;
            case NodeEvent.TcpProven proven when _open.TryGetValue(proven.Connection, out TcpConnection? connection):
                connection.IsProven = true;
                break;
            case NodeEvent.TcpDone done when _open.TryGetValue(done.Connection, out TcpConnection? connection):
                connection.Close();
                break;
            default:
                break;
        }
    }

    /// <summary>Sends one datagram over a connection; nothing if it has ended.</summary>
    public void Send(int number, ReadOnlySpan<byte> datagram)
    {
        if (_open.TryGetValue(number, out TcpConnection? connection))
        {
            connection.Send(datagram);
        }
    }

    /// <summary>Carries datagrams over a WebSocket until it ends, which the core may ask for.</summary>
    /// <param name="socket">The WebSocket, which stays the caller's.</param>
    /// <param name="expected">Whose certificate it is, for a connection of ours.</param>
    public async Task ServeAsync(WebSocket socket, NodeId? expected)
    {
        int number = Interlocked.Increment(ref _last);
        Interlocked.Increment(ref _running);
        try
        {
            using TcpConnection connection = new(socket, _stop.Token) { IsProven = expected is not null };
            _open[number] = connection;
            _inbox.PostWork(now => _core.HandleTcpOpened(now, number, expected));
            await connection.RunAsync((datagram, end) => DeliverAsync(number, connection, datagram, end)).ConfigureAwait(false);
            _open.TryRemove(number, out _);
            _inbox.PostWork(now => _core.HandleTcpClosed(now, number));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Ends all connections, waiting a moment for them.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        SpinWait.SpinUntil(() => Volatile.Read(ref _running) == 0, TcpTimings.Stop);
        _stop.Dispose();
    }

    private async ValueTask DeliverAsync(int number, TcpConnection connection, ReadOnlyMemory<byte> datagram, CancellationToken end)
    {
        _inbox.PostTcp(number, datagram.Span);
        if (!connection.IsProven)
        {
            // A stranger's datagrams are taken one by one, so that the core can count them before more are in its queue.
            TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _inbox.PostWork(_ => taken.TrySetResult());
            await taken.Task.WaitAsync(end).ConfigureAwait(false);
        }
    }

    private async Task ConnectAsync(NodeId node, IReadOnlyList<InternetEndpoint> endpoints)
    {
        Interlocked.Increment(ref _running);
        try
        {
            using TcpCall call = await TcpDialer.DialAsync(node, endpoints, _stop.Token).ConfigureAwait(false);
            LastFailure = null;
            await ServeAsync(call.Socket, node).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is WebSocketException or HttpRequestException or IOException or OperationCanceledException)
        {
            LastFailure = TcpDialer.Describe(failure);
            _logger.TcpFailed(node.ToString()[..8], LastFailure);
            _inbox.PostWork(now => _core.HandleTcpFailed(now, node));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
