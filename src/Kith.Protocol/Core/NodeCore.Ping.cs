using Kith.Protocol.Identity;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Echoes that a user asked for.</content>
public sealed partial class NodeCore
{
    private readonly Dictionary<ulong, (long Ping, Instant Sent)> _pings = [];
    private readonly Queue<ulong> _pingOrder = new();
    private long _nextPing = 1;

    /// <summary>
    /// Sends an echo to a member over the path that data takes; without a session it waits for one. The answer comes as
    /// <see cref="NodeEvent.PingAnswered"/> with the number returned here, or never.
    /// </summary>
    /// <exception cref="NodeCoreException">No such device.</exception>
    public long Ping(ClockReading now, NodeId node)
    {
        if (!_members.TryGetValue(node, out RemotePeer? peer))
        {
            throw new NodeCoreException(NodeCoreError.UnknownDevice, node.ToString());
        }

        if (_pingOrder.Count >= NodeLimits.PingsMax)
        {
            _pings.Remove(_pingOrder.Dequeue());
        }

        ulong id = _random.NextUInt64();
        long ping = _nextPing++;
        _pings[id] = (ping, now);
        _pingOrder.Enqueue(id);
        WantPeer(now, peer);
        PathPing frame = new(id, 0, 0);
        Span<byte> bytes = stackalloc byte[PathPing.HeaderBytes];
        _tunnel.Send(now, peer.Tunnel, bytes[..frame.Encode(bytes)]);
        Settle(now);
        return ping;
    }

    private bool TryAnswerUserPing(ClockReading now, RemotePeer peer, in InternetEndpoint source, ulong id)
    {
        if (!_pings.Remove(id, out (long Ping, Instant Sent) ping))
        {
            return false;
        }

        Raise(new NodeEvent.PingAnswered(ping.Ping, now.Monotonic - ping.Sent, source));
        if (peer.Paths is { } paths)
        {
            paths.HandlePacketFrom(now, source);
            Touch(now, peer);
        }

        return true;
    }
}
