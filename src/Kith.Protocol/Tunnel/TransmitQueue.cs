using System.Buffers;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// Datagrams that are made and wait for the caller. Bounded by <see cref="TunnelLimits.TransmitQueueMax"/>: a caller that does not come loses the newest, as
/// on any network. Memory is pooled. Not thread-safe.
/// </summary>
internal sealed class TransmitQueue
{
    private readonly Queue<Entry> _entries = new();

    /// <summary>Datagrams waiting.</summary>
    public int Count => _entries.Count;

    /// <summary>Memory for one datagram, to be filled and given to <see cref="Commit"/> at once; false when the queue is full.</summary>
    public bool TryReserve(int length, out byte[] buffer)
    {
        bool free = _entries.Count < TunnelLimits.TransmitQueueMax;
        buffer = free ? ArrayPool<byte>.Shared.Rent(length) : [];
        return free;
    }

    /// <summary>Puts a filled buffer into the queue.</summary>
    public void Commit(byte[] buffer, int length, TunnelPeer? peer, in InternetEndpoint endpoint, TunnelMessageType type) =>
        _entries.Enqueue(new Entry(buffer, new TunnelTransmit(length, peer, endpoint, type)));

    /// <summary>Gives back a buffer that was not filled.</summary>
    public static void Abandon(byte[] buffer) => ArrayPool<byte>.Shared.Return(buffer);

    /// <summary>Copies the oldest datagram out and forgets it.</summary>
    public bool TryDequeue(Span<byte> destination, out TunnelTransmit transmit)
    {
        transmit = default;
        if (!_entries.TryPeek(out Entry entry))
        {
            return false;
        }

        if (destination.Length < entry.Transmit.Length)
        {
            throw new ArgumentException("The buffer is shorter than the datagram.", nameof(destination));
        }

        _entries.Dequeue();
        transmit = entry.Transmit;
        entry.Buffer.AsSpan(0, transmit.Length).CopyTo(destination);
        ArrayPool<byte>.Shared.Return(entry.Buffer);
        return true;
    }

    /// <summary>Forgets what waits for one peer, or for all if none is named.</summary>
    public void Clear(TunnelPeer? peer = null)
    {
        for (int left = _entries.Count; left > 0; left--)
        {
            Entry entry = _entries.Dequeue();
            if (peer is null || entry.Transmit.Peer == peer)
            {
                ArrayPool<byte>.Shared.Return(entry.Buffer);
            }
            else
            {
                _entries.Enqueue(entry);
            }
        }
    }

    private readonly record struct Entry(byte[] Buffer, TunnelTransmit Transmit);
}
