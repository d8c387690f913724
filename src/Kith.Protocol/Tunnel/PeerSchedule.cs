using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>The peers ordered by their next deadline: a binary heap in which every peer knows its place, so that a deadline may move. Not thread-safe.</summary>
internal sealed class PeerSchedule
{
    private readonly List<TunnelPeer> _heap = [];

    /// <summary>The earliest deadline of all.</summary>
    public Instant Next => _heap.Count == 0 ? Instant.Never : _heap[0].Deadline;

    /// <summary>The peer whose deadline is the earliest; null if there are no peers.</summary>
    public TunnelPeer? First => _heap.Count == 0 ? null : _heap[0];

    public void Add(TunnelPeer peer)
    {
        peer.Deadline = Instant.Never;
        peer.ScheduleIndex = _heap.Count;
        _heap.Add(peer);
    }

    public void Remove(TunnelPeer peer)
    {
        int index = peer.ScheduleIndex;
        TunnelPeer last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        peer.ScheduleIndex = -1;
        if (last != peer)
        {
            Place(last, index);
            Settle(last);
        }
    }

    public void Update(TunnelPeer peer, Instant deadline)
    {
        if (peer.Deadline != deadline)
        {
            peer.Deadline = deadline;
            Settle(peer);
        }
    }

    private void Settle(TunnelPeer peer)
    {
        int index = peer.ScheduleIndex;
        while (index > 0 && peer.Deadline < _heap[(index - 1) / 2].Deadline)
        {
            Place(_heap[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }

        while (true)
        {
            int child = (index * 2) + 1;
            if (child >= _heap.Count)
            {
                break;
            }

            if (child + 1 < _heap.Count && _heap[child + 1].Deadline < _heap[child].Deadline)
            {
                child++;
            }

            if (peer.Deadline <= _heap[child].Deadline)
            {
                break;
            }

            Place(_heap[child], index);
            index = child;
        }

        Place(peer, index);
    }

    private void Place(TunnelPeer peer, int index)
    {
        _heap[index] = peer;
        peer.ScheduleIndex = index;
    }
}
