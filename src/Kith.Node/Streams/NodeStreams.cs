using System.Collections.Concurrent;
using System.Net;
using Kith.Node.Control;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Node.Streams;

/// <summary>
/// All streams and listeners of a node, and the queue of those that want the loop's attention. <see cref="Post"/>, <see cref="DialAsync"/> and
/// <see cref="ListenAsync"/> may be called by any thread, the rest by the loop alone.
/// </summary>
internal sealed partial class NodeStreams(ICoreRunner runner)
{
    private const int RefusedPerWord = 50;

    private readonly ConcurrentQueue<NodeStream> _posted = new();
    private readonly List<NodeStream> _starved = [];
    private readonly HashSet<NodeStream> _streams = [];
    private readonly HashSet<NodeStream> _ending = [];

    // In the order of their times, because all have the same to go; those that ended meanwhile are skipped.
    private readonly Queue<(NodeStream Stream, Instant Due)> _lingering = new();
    private readonly HashSet<NodeListener> _listeners = [];

    private int _refused;

    /// <summary>Streams that exist, those included whose user is done with them and that still send.</summary>
    public int Count => _streams.Count;

    /// <summary>When <see cref="Pump"/> is to be called if nothing else happens before.</summary>
    public Instant NextTimeout { get; private set; } = Instant.Never;

    /// <summary>Whether streams that were disposed have bytes that did not arrive yet.</summary>
    public bool IsFlushing => _ending.Any(stream => stream.IsFlushing);

    /// <summary>Lets the loop look after a stream. Cheap, and harmless when done too often.</summary>
    public void Post(NodeStream stream)
    {
        if (Interlocked.Exchange(ref stream.IsPosted, 1) == 0)
        {
            _posted.Enqueue(stream);
            runner.Wake();
        }
    }

    /// <summary>Tells the core of a stream that was refused because its member has too many. A flood of them is told of now and then.</summary>
    public void NoteRefused(NodeId member)
    {
        if (Interlocked.Increment(ref _refused) % RefusedPerWord == 0)
        {
            _ = runner.RunAsync((core, now) =>
            {
                core.NoteStreamsRefused(now, member, RefusedPerWord);
                return true;
            });
        }
    }

    /// <summary>The same from the loop, which need not be woken.</summary>
    public void PostFromLoop(NodeStream stream)
    {
        if (Interlocked.Exchange(ref stream.IsPosted, 1) == 0)
        {
            _posted.Enqueue(stream);
        }
    }

    /// <summary>Carries the bytes of every stream that was posted. Once for each turn of the loop, before transmits are taken.</summary>
    /// <returns>Whether some want another turn at once.</returns>
    public bool Pump(NodeCore core, ClockReading now)
    {
        foreach (NodeStream stream in _starved)
        {
            PostFromLoop(stream);
        }

        _starved.Clear();
        int count = _posted.Count;
        for (int i = 0; i < count && _posted.TryDequeue(out NodeStream? stream); i++)
        {
            Volatile.Write(ref stream.IsPosted, 0);
            stream.Pump(now);
        }

        EndLate(now);
        if (count > 0)
        {
            core.HandleApplications(now);
        }

        NextTimeout = _starved.Count > 0 ? now.Monotonic + StarvedInterval : _lingering.TryPeek(out (NodeStream Stream, Instant Due) next) ? next.Due : Instant.Never;
        return !_posted.IsEmpty;
    }

    /// <summary>The stack has no memory for what a stream has to send: it is tried again soon.</summary>
    public void Starve(NodeStream stream) => _starved.Add(stream);

    /// <summary>A stream's user is done with it; it ends by itself, or is asked to at the time given.</summary>
    public void ExpectEnd(NodeStream stream, Instant due)
    {
        _ending.Add(stream);
        _lingering.Enqueue((stream, due));
    }

    /// <summary>A stream is over.</summary>
    public void Remove(NodeStream stream)
    {
        _streams.Remove(stream);
        _ending.Remove(stream);
    }

    /// <summary>A listener is closed.</summary>
    public void Remove(NodeListener listener) => _listeners.Remove(listener);

    /// <summary>A member has connected to a listener.</summary>
    public NodeStream? Accept(NodeCore core, TcpConnection connection)
    {
        if (!core.TryFindMember(connection.Remote.Address, out ApplicationPlace place))
        {
            return null;
        }

        NodeStream stream = new(this, PeerAt(place, connection.Remote));
        stream.Attach(connection, isOpen: true);
        _streams.Add(stream);
        PostFromLoop(stream);
        return stream;
    }

    /// <summary>Breaks every stream and closes every listener: the node stops.</summary>
    public void Stop(ClockReading now)
    {
        foreach (NodeListener listener in _listeners.ToArray())
        {
            listener.Fail(now);
        }

        foreach (NodeStream stream in _streams.ToArray())
        {
            stream.Break(now, CloseReason.None);
        }
    }

    private static KithPeer PeerAt(in ApplicationPlace place, in InternetEndpoint remote) => new(
        place.Id,
        place.Member.Name,
        place.Network.Id,
        place.Network.State.Name,
        place.Member.Role == Protocol.Membership.MemberRole.Admin ? MemberRole.Admin : MemberRole.Member,
        new IPEndPoint(remote.Address.ToIPAddress(), remote.Port));

    private void EndLate(ClockReading now)
    {
        while (_lingering.TryPeek(out (NodeStream Stream, Instant Due) first) && (first.Due <= now.Monotonic || !_ending.Contains(first.Stream)))
        {
            _lingering.Dequeue();
            if (_ending.Contains(first.Stream))
            {
                first.Stream.HandleLinger(now);
            }
        }
    }
}
