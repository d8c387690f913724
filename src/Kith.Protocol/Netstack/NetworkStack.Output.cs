using Kith.Protocol.Netstack.Memory;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <content>Packets to send: answers that belong to no connection first, then one packet of each connection in turn.</content>
public sealed partial class NetworkStack
{
    /// <summary>How many packets that belong to no connection (datagrams, ICMP, resets) may wait.</summary>
    public const int RepliesMax = 256;

    /// <summary>How many bytes those packets may take.</summary>
    public const int RepliesBytesMax = 512 * 1024;

    private readonly PacketQueue _replies = new(RepliesBytesMax, RepliesMax);
    private readonly Queue<TcpConnection> _sendConnections = new();
    private readonly Queue<TcpConnection> _eventConnections = new();

    /// <summary>
    /// Makes the next packet to send; false when there is none now. Loop until false after every other verb.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <param name="buffer">Where it goes: at least <see cref="NetworkStackOptions.Mtu"/> bytes, and <see cref="StackPacket.LengthMax"/> for large segments to be as large as they can.</param>
    /// <param name="packet">What was written.</param>
    /// <exception cref="ArgumentException">The buffer is shorter than the MTU.</exception>
    public bool TryGetPacket(Instant now, Span<byte> buffer, out StackPacket packet)
    {
        if (buffer.Length < Options.Mtu)
        {
            throw new ArgumentException("The buffer must hold at least one MTU.", nameof(buffer));
        }

        if (_replies.Count > 0)
        {
            packet = new StackPacket(_replies.Dequeue(buffer));
            return true;
        }

        while (_sendConnections.TryDequeue(out TcpConnection? connection))
        {
            if (connection.TryTransmit(now, buffer, out packet))
            {
                _sendConnections.Enqueue(connection);
                return true;
            }

            connection.IsQueued = false;
        }

        packet = default;
        return false;
    }

    /// <summary>Lets a connection have its turn at sending.</summary>
    internal void Queue(TcpConnection connection)
    {
        if (!connection.IsQueued)
        {
            connection.IsQueued = true;
            _sendConnections.Enqueue(connection);
        }
    }

    /// <summary>Lets a connection's events be taken.</summary>
    internal void QueueEvents(TcpConnection connection)
    {
        if (!connection.IsQueuedForEvents)
        {
            connection.IsQueuedForEvents = true;
            _eventConnections.Enqueue(connection);
        }
    }

    private bool Reply(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        bool queued = _replies.TryEnqueue(first, second);
        _statistics.RepliesDropped += queued ? 0 : 1;
        return queued;
    }
}
