// What waits is driven by the test itself, turn by turn; cancelling it would not end the turns.
#pragma warning disable xUnit1051

using Kith.Node;
using Kith.Node.Control;
using Kith.Node.Streams;
using Kith.Protocol.Core;

namespace Kith.Tests.Streams;

/// <summary>Listeners of a node.</summary>
public sealed class NodeListenerTests : IDisposable
{
    private readonly StreamNet _net = new("anna", "bert");

    private StreamNet.Place Anna => _net[0];

    private StreamNet.Place Bert => _net[1];

    public void Dispose() => _net.Dispose();

    [Fact]
    public void port_has_one_listener_and_is_free_after_it()
    {
        KithListener first = _net.Drive(Bert.Streams.ListenAsync(80, default));
        Assert.Equal((80, null), (first.Port, first.Protocol));
        Assert.Equal(ControlError.PortInUse, Assert.Throws<ControlException>(() => _net.Drive(Bert.Streams.ListenAsync(80, default))).Error);
        _net.Drive(first.DisposeAsync());
        _net.Drive(first.DisposeAsync());
        _net.Drive(Bert.Streams.ListenAsync(80, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65536)]
    public void port_is_a_port(int port)
    {
        Assert.Equal(ControlError.Usage, Assert.Throws<ControlException>(() => _net.Drive(Bert.Streams.ListenAsync(port, default))).Error);
        Assert.Equal(ControlError.Usage, Assert.Throws<ControlException>(() => _net.Drive(Bert.Streams.DialAsync("anna", port, default))).Error);
    }

    [Fact]
    public void control_port_of_the_node_is_nobody_elses()
    {
        Assert.Equal(ControlError.PortInUse, Assert.Throws<ControlException>(() => _net.Drive(Bert.Streams.ListenAsync(5484, default))).Error);
    }

    [Fact]
    public void disposed_listener_ends_who_waits_and_resets_what_nobody_took()
    {
        KithListener listener = _net.Drive(Bert.Streams.ListenAsync(80, default));
        KithStream dialled = _net.Drive(Anna.Streams.DialAsync("bert", 80, default));
        KithStream second = _net.Drive(Anna.Streams.DialAsync("bert", 80, default));
        KithStream accepted = _net.Drive(listener.AcceptAsync());
        _net.DriveUntil(() => Bert.Streams.Count == 2);
        _net.Drive(listener.DisposeAsync());
        Assert.Throws<ObjectDisposedException>(() => _net.Drive(listener.AcceptAsync()));
        Assert.Throws<IOException>(() => _net.Drive(second.ReadAsync(new byte[1])));
        _net.Drive(accepted.WriteAsync(new byte[7]));
        Assert.Equal(7, _net.Drive(dialled.ReadAsync(new byte[10])));
    }

    [Fact]
    public void accept_can_be_cancelled()
    {
        KithListener listener = _net.Drive(Bert.Streams.ListenAsync(80, default));
        using CancellationTokenSource cancel = new();
        Task<KithStream> accepting = listener.AcceptAsync(cancel.Token).AsTask();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _net.Drive(accepting));
        KithStream dialled = _net.Drive(Anna.Streams.DialAsync("bert", 80, default));
        Assert.Equal(Anna.Core.Id, _net.Drive(listener.AcceptAsync()).Peer.Id);
        Assert.Equal(Bert.Core.Id, dialled.Peer.Id);
    }

    [Fact]
    public void listeners_have_a_maximum()
    {
        // The node's control port is one of them.
        for (int i = 1; i < ApplicationLimits.ListenersMax; i++)
        {
            _net.Drive(Bert.Streams.ListenAsync(10_000 + i, default));
        }

        Assert.Equal(ControlError.LimitReached, Assert.Throws<ControlException>(() => _net.Drive(Bert.Streams.ListenAsync(80, default))).Error);
    }

    [Fact]
    public void streams_that_nobody_accepts_have_a_maximum()
    {
        _net.Drive(Bert.Streams.ListenAsync(80, default));
        for (int i = 0; i < NodeListener.WaitingMax; i++)
        {
            _net.Drive(Anna.Streams.DialAsync("bert", 80, default));
        }

        KithStream tooMuch = _net.Drive(Anna.Streams.DialAsync("bert", 80, default));
        Assert.Throws<IOException>(() => _net.Drive(tooMuch.ReadAsync(new byte[1])));
        Assert.Equal(NodeListener.WaitingMax, Bert.Streams.Count);
    }
}
