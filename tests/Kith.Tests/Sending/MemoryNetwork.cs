using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Kith.Node;
using Kith.Node.Control;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Tests.Sending;

/// <summary>A network of one named protocol in memory: who listens is reached under every name.</summary>
internal sealed class MemoryNetwork : IKithTransport
{
    public static readonly KithPeer Laptop = Peer(1, "laptop");
    public static readonly KithPeer Nas = Peer(2, "nas");

    private volatile Listener? _listener;

    /// <summary>Called for each stream that is dialled, with the number of the dial and both ends.</summary>
    public Action<int, MemoryEnd, MemoryEnd>? Dialled { get; set; }

    public ControlException? DialFailure { get; set; }

    public int Dials { get; private set; }

    public static (MemoryEnd Sender, MemoryEnd Receiver) Pair()
    {
        PipeOptions options = new(pauseWriterThreshold: 512 * 1024, resumeWriterThreshold: 256 * 1024, minimumSegmentSize: 64 * 1024, useSynchronizationContext: false);
        Pipe there = new(options);
        Pipe back = new(options);
        return (new MemoryEnd(Nas, back, there), new MemoryEnd(Laptop, there, back));
    }

    public async ValueTask<KithStream> DialAsync(string device, string protocol, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Dials++;
        if (DialFailure is { } failure)
        {
            throw failure;
        }

        Listener listener = _listener ?? throw new ControlException(ControlError.PortRefused, "nobody listens");
        (MemoryEnd sender, MemoryEnd receiver) = Pair();
        Dialled?.Invoke(Dials, sender, receiver);
        await listener.Streams.Writer.WriteAsync(receiver, cancellationToken);
        return sender;
    }

    public ValueTask<KithStream> DialAsync(string device, int port, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<KithListener> ListenAsync(int port, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<KithListener> ListenAsync(string protocol, CancellationToken cancellationToken = default)
    {
        _listener = new Listener(this, protocol);
        return new ValueTask<KithListener>(_listener);
    }

    private static KithPeer Peer(byte number, string name) => new(
        new NodeId(new Bytes32([.. Enumerable.Repeat(number, 32)])),
        name,
        default,
        "home",
        MemberRole.Member,
        new IPEndPoint(IPAddress.Parse($"100.64.0.{number}"), 5485));

    private sealed class Listener(MemoryNetwork network, string protocol) : KithListener(5485, protocol)
    {
        public Channel<KithStream> Streams { get; } = Channel.CreateUnbounded<KithStream>();

        public override ValueTask<KithStream> AcceptAsync(CancellationToken cancellationToken = default) => Streams.Reader.ReadAsync(cancellationToken);

        public override ValueTask DisposeAsync()
        {
            network._listener = null;
            return ValueTask.CompletedTask;
        }
    }
}
