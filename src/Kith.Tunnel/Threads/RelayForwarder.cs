using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel.Ciphers;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>
/// Passes on relay frames of others: each is sealed for the next hop where it was received, and those that follow each other leave with one call.
/// Belongs to one thread; frames stay where they are until <see cref="Flush"/>.
/// </summary>
internal sealed unsafe class RelayForwarder(FastPathState state, PacketCipher cipher, ThreadCounters counters)
{
    private readonly SendTargetCache _targets = new();
    private Instant _now;
    private PeerLink? _next;
    private byte* _first;
    private int _stride;
    private int _count;
    private int _bytes;

    /// <summary>
    /// Takes a frame that lies where it was opened, between room for header and tag, and that may still be passed on so often. False if the next hop has no session or no address of its own: then it
    /// is the core's.
    /// </summary>
    public bool TryTake(PeerLink from, PeerLink next, RelayBudget budget, byte* frame, int length, byte hopsLeft)
    {
        if (next.Current is null || _targets.Find(next) is null)
        {
            return false;
        }

        if (_count == 0)
        {
            _now = state.Options.Clock();
        }

        if (!budget.TryTake(_now, length))
        {
            from.Flood.RefuseRelay();
            counters.Drop(FastPathDrop.RelayLimited);
            return true;
        }

        frame[RelayFrame.HopsOffset] = hopsLeft;
        byte* datagram = frame - TransportLayout.HeaderBytes;
        int datagramBytes = length + TransportLayout.OverheadBytes;
        if (_count > 0 && (!ReferenceEquals(next, _next) || datagramBytes > _stride || _bytes % _stride != 0
            || _bytes + datagramBytes > DatagramSocket.SegmentedBytesMax || _count == DatagramSocket.SegmentCountMax))
        {
            Flush();
        }

        if (_count == 0)
        {
            _next = next;
            _first = datagram;
            _stride = datagramBytes;
        }
        else if (datagram != _first + _bytes)
        {
            // Between two frames lies nothing that is still needed: whoever holds other packets flushes first.
            Buffer.MemoryCopy(frame, _first + _bytes + TransportLayout.HeaderBytes, length, length);
        }

        _count++;
        _bytes += datagramBytes;
        return true;
    }

    /// <summary>Seals and sends what is held.</summary>
    public void Flush()
    {
        int count = _count;
        if (count == 0)
        {
            return;
        }

        int bytes = _bytes;
        PeerLink next = _next!;
        _count = 0;
        _bytes = 0;
        if (next.Current is not { } session || _targets.Find(next) is not { } target || state.SocketFor(target.Endpoint) is not { } socket
            || !session.TryTakeCounters(count, out ulong counter))
        {
            counters.Drop(FastPathDrop.SendFailed, count);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            TransportLayout.WriteHeader(_first + (i * _stride), session.RemoteIndex, counter + (ulong)i);
        }

        cipher.Seal(session.SendKey, counter, _first, bytes, _stride);
        if (session.IsRetired)
        {
            counters.Drop(FastPathDrop.SessionRetired, count);
        }
        else if (socket.SendSegments(target, _first, bytes, _stride) == 0)
        {
            counters.Drop(FastPathDrop.SendFailed, count);
        }
        else
        {
            counters.Forwarded += count;
            counters.ForwardedBytes += bytes;
            next.Traffic.NoteSent(_now, count, bytes, isData: true);
            if (next.Traffic.ShouldNotify(_now))
            {
                state.Inbox.PostTraffic(next, session, target.Endpoint, received: false);
            }
        }
    }
}
