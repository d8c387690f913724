using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <summary>
/// The connections that wait for a time, the earliest first: a binary heap in which every connection knows its place, so that moving a
/// deadline costs a logarithm and none is ever in it twice.
/// </summary>
internal sealed class TimerHeap
{
    private TcpConnection[] _heap = new TcpConnection[16];
    private int _count;

    /// <summary>The earliest deadline.</summary>
    public Instant Next => _count == 0 ? Instant.Never : _heap[0].Deadline;

    /// <summary>Sets, moves or (with <see cref="Instant.Never"/>) removes a connection's deadline.</summary>
    public void Set(TcpConnection connection, Instant deadline)
    {
        if (connection.Deadline == deadline)
        {
            return;
        }

        if (connection.TimerIndex < 0)
        {
            if (_count == _heap.Length)
            {
                Array.Resize(ref _heap, _heap.Length * 2);
            }

            connection.TimerIndex = _count;
            _heap[_count++] = connection;
        }

        connection.Deadline = deadline;
        if (deadline == Instant.Never)
        {
            Remove(connection);
            return;
        }

        Settle(connection.TimerIndex);
    }

    /// <summary>Takes the first connection out if its time has come.</summary>
    public bool TryTakeDue(Instant now, out TcpConnection connection)
    {
        if (_count == 0 || _heap[0].Deadline > now)
        {
            connection = null!;
            return false;
        }

        connection = _heap[0];
        Remove(connection);
        return true;
    }

    private void Remove(TcpConnection connection)
    {
        int index = connection.TimerIndex;
        connection.TimerIndex = -1;
        connection.Deadline = Instant.Never;
        TcpConnection last = _heap[--_count];
        _heap[_count] = null!;
        if (index < _count)
        {
            _heap[index] = last;
            last.TimerIndex = index;
            Settle(index);
        }
    }

    private void Settle(int index)
    {
        TcpConnection moving = _heap[index];
        while (index > 0 && _heap[(index - 1) / 2].Deadline > moving.Deadline)
        {
            Place(_heap[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }

        while (true)
        {
            int child = (index * 2) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _heap[child + 1].Deadline < _heap[child].Deadline)
            {
                child++;
            }

            if (_heap[child].Deadline >= moving.Deadline)
            {
                break;
            }

            Place(_heap[child], index);
            index = child;
        }

        Place(moving, index);
    }

    private void Place(TcpConnection connection, int index)
    {
        _heap[index] = connection;
        connection.TimerIndex = index;
    }
}
