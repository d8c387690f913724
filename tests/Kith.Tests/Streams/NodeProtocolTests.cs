// What waits is driven by the test itself, turn by turn; cancelling it would not end the turns.
#pragma warning disable xUnit1051

using Kith.Node;
using Kith.Node.Control;
using Kith.Node.Streams;
using Kith.Protocol.Core.Applications;

namespace Kith.Tests.Streams;

/// <summary>Named protocols between two nodes.</summary>
public sealed class NodeProtocolTests : IDisposable
{
    private readonly StreamNet _net = new("anna", "bert");

    public NodeProtocolTests()
    {
        _net.Drive(Anna.Protocols.StartAsync(default));
        _net.Drive(Bert.Protocols.StartAsync(default));
    }

    private StreamNet.Place Anna => _net[0];

    private StreamNet.Place Bert => _net[1];

    public void Dispose() => _net.Dispose();

    [Fact]
    public void dialler_reaches_who_listens_for_the_name()
    {
        KithListener photos = _net.Drive(Bert.Protocols.ListenAsync("pipe/photos", default));
        KithListener films = _net.Drive(Bert.Protocols.ListenAsync("pipe/films", default));
        Assert.Equal((5485, "pipe/photos"), (photos.Port, photos.Protocol));
        KithStream dialled = _net.Drive(Anna.Protocols.DialAsync("bert", "pipe/films", default));
        KithStream accepted = _net.Drive(films.AcceptAsync());
        _net.Drive(dialled.WriteAsync("hello"u8.ToArray()));
        Assert.Equal(5, _net.Drive(accepted.ReadAsync(new byte[10])));
        Assert.Equal(Anna.Core.Id, accepted.Peer.Id);
        _net.Drive(photos.DisposeAsync());
    }

    [Fact]
    public void name_that_nobody_listens_for_is_said_so()
    {
        ControlException failure = Assert.Throws<ControlException>(() => _net.Drive(Anna.Protocols.DialAsync("bert", "pipe/photos", default)));
        Assert.Equal(ControlError.PortRefused, failure.Error);
        Assert.Contains("pipe/photos", failure.Message, StringComparison.Ordinal);
        _net.DriveUntil(() => Anna.Streams.Count + Bert.Streams.Count == 0);
    }

    [Fact]
    public void name_has_one_listener_and_is_free_after_it()
    {
        KithListener first = _net.Drive(Bert.Protocols.ListenAsync("a", default));
        Assert.Equal(ControlError.PortInUse, Assert.Throws<ControlException>(() => _net.Drive(Bert.Protocols.ListenAsync("a", default))).Error);
        Task<KithStream> accepting = first.AcceptAsync().AsTask();
        _net.Drive(first.DisposeAsync());
        Assert.Throws<ObjectDisposedException>(() => _net.Drive(accepting));
        KithListener second = _net.Drive(Bert.Protocols.ListenAsync("a", default));
        _net.Drive(first.DisposeAsync());
        _net.Drive(Anna.Protocols.DialAsync("bert", "a", default));
        _net.Drive(second.AcceptAsync());
    }

    [Fact]
    public void full_listener_refuses()
    {
        _net.Drive(Bert.Protocols.ListenAsync("a", default));
        for (int i = 0; i < NodeListener.WaitingMax; i++)
        {
            _net.Drive(Anna.Protocols.DialAsync("bert", "a", default));
        }

        Assert.Equal(ControlError.PeerRefused, Assert.Throws<ControlException>(() => _net.Drive(Anna.Protocols.DialAsync("bert", "a", default))).Error);
    }

    [Fact]
    public void names_have_a_maximum()
    {
        for (int i = 0; i < ApplicationConstants.NamesMax; i++)
        {
            _net.Drive(Bert.Protocols.ListenAsync($"name-{i}", default));
        }

        Assert.Equal(ControlError.LimitReached, Assert.Throws<ControlException>(() => _net.Drive(Bert.Protocols.ListenAsync("one-more", default))).Error);
    }

    [Fact]
    public void prefaces_have_a_maximum()
    {
        List<KithStream> silent = [];
        for (int i = 0; i < ApplicationConstants.PrefacesPerMemberMax; i++)
        {
            silent.Add(_net.Drive(Anna.Streams.DialAsync("bert", ApplicationConstants.Port, default)));
        }

        KithStream tooMuch = _net.Drive(Anna.Streams.DialAsync("bert", ApplicationConstants.Port, default));
        Assert.Throws<IOException>(() => _net.Drive(tooMuch.ReadAsync(new byte[1])));

        // Who was there first is still listened to.
        _net.Drive(Bert.Protocols.ListenAsync("a", default));
        byte[] preface = new byte[ApplicationConstants.PrefaceBytesMax];
        _net.Drive(silent[0].WriteAsync(preface.AsMemory(0, ProtocolPreface.Encode("a", preface))));
        byte[] answer = [255];
        Assert.Equal(1, _net.Drive(silent[0].ReadAsync(answer)));
        Assert.Equal((byte)ProtocolAnswer.Accepted, answer[0]);
    }

    [Fact]
    public void prefaces_of_one_member_leave_room_for_the_others()
    {
        using StreamNet net = new("anna", "bert", "cleo");
        net.Drive(net[1].Protocols.StartAsync(default));
        net.Drive(net[1].Protocols.ListenAsync("a", default));
        List<KithStream> silent = [];
        for (int i = 0; i < ApplicationConstants.PrefacesPerMemberMax + 100; i++)
        {
            silent.Add(net.Drive(net[0].Streams.DialAsync("bert", ApplicationConstants.Port, default)));
        }

        Assert.Throws<IOException>(() => net.Drive(silent[^1].ReadAsync(new byte[1])));
        KithStream other = net.Drive(net[2].Protocols.DialAsync("bert", "a", default));
        Assert.Equal(net[1].Core.Id, other.Peer.Id);
        net.DriveUntil(() => net[1].Core.Nuisances.Count == 1);
        Assert.Equal(net[0].Core.Id, net[1].Core.Nuisances[0].Node);
    }

    [Fact]
    public void dialler_that_says_nothing_is_cut_off()
    {
        using StreamNet net = new("cleo", "dora");
        NodeProtocols impatient = new(net[1].Streams) { PrefaceLimit = TimeSpan.FromMilliseconds(1) };
        net.Drive(impatient.StartAsync(default));
        KithStream silent = net.Drive(net[0].Streams.DialAsync("dora", ApplicationConstants.Port, default));
        Assert.Throws<IOException>(() => net.Drive(silent.ReadAsync(new byte[1])));
    }

    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 65, 1 })]
    [InlineData(new byte[] { 3, (byte)'A' })]
    [InlineData(new byte[] { (byte)'G', (byte)'E', (byte)'T' })]
    public void what_is_no_preface_is_cut_off(byte[] bytes)
    {
        KithStream stream = _net.Drive(Anna.Streams.DialAsync("bert", ApplicationConstants.Port, default));
        _net.Drive(stream.WriteAsync(bytes));
        Assert.Throws<IOException>(() => _net.Drive(stream.ReadAsync(new byte[1])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Photos")]
    [InlineData("with space")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void name_is_a_name(string name)
    {
        Assert.Equal(ControlError.Usage, Assert.Throws<ControlException>(() => _net.Drive(Anna.Protocols.DialAsync("bert", name, default))).Error);
        Assert.Equal(ControlError.Usage, Assert.Throws<ControlException>(() => _net.Drive(Anna.Protocols.ListenAsync(name, default))).Error);
    }

    [Fact]
    public void stopping_node_ends_who_waits_for_a_name()
    {
        KithListener listener = _net.Drive(Bert.Protocols.ListenAsync("a", default));
        Task<KithStream> accepting = listener.AcceptAsync().AsTask();
        Bert.Stop();
        Assert.Equal(ControlError.NodeNotRunning, Assert.Throws<ControlException>(() => _net.Drive(accepting)).Error);
    }
}
