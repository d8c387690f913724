using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <summary>The connections in TIME-WAIT, a bounded number for a fixed time each, as small values. One too many pushes out the oldest.</summary>
internal sealed class TimeWaitTable(int entriesMax, TimeSpan duration, Action<ConnectionKey> removed)
{
    private readonly Dictionary<ConnectionKey, (TimeWaitEntry Entry, Instant Expiry)> _entries = [];
    private readonly Queue<(ConnectionKey Key, Instant Expiry)> _order = new();

    /// <summary>How many there are.</summary>
    public int Count => _entries.Count;

    /// <summary>When the first entry's time is over.</summary>
    public Instant NextTimeout => _order.TryPeek(out (ConnectionKey Key, Instant Expiry) first) ? first.Expiry : Instant.Never;

    /// <summary>Finds an entry.</summary>
    public bool TryGet(in ConnectionKey key, [MaybeNullWhen(false)] out TimeWaitEntry entry)
    {
        bool found = _entries.TryGetValue(key, out (TimeWaitEntry Entry, Instant Expiry) value);
        entry = value.Entry;
        return found;
    }

    /// <summary>Adds an entry, or starts its time anew.</summary>
    public void Add(Instant now, in TimeWaitEntry entry)
    {
        Instant expiry = now + duration;
        bool isNew = !_entries.ContainsKey(entry.Key);
        _entries[entry.Key] = (entry, expiry);
        if (isNew)
        {
            _order.Enqueue((entry.Key, expiry));
            Trim();
        }
    }

    /// <summary>Removes an entry before its time, because a new connection takes its place.</summary>
    public void Remove(in ConnectionKey key)
    {
        if (_entries.Remove(key))
        {
            removed(key);
        }
    }

    /// <summary>Removes what is over.</summary>
    public void HandleTimeout(Instant now)
    {
        while (_order.TryPeek(out (ConnectionKey Key, Instant Expiry) first) && first.Expiry <= now)
        {
            _order.Dequeue();
            if (!_entries.TryGetValue(first.Key, out (TimeWaitEntry Entry, Instant Expiry) value))
            {
                continue;
            }

            if (value.Expiry > now)
            {
                // Its time was started anew, or the place was taken and given back since.
                _order.Enqueue((first.Key, value.Expiry));
            }
            else
            {
                Remove(first.Key);
            }
        }
    }

    // Places that were taken early leave a note behind in the order, so that must be bounded as well.
    private void Trim()
    {
        while (_order.Count > entriesMax)
        {
            Remove(_order.Dequeue().Key);
        }
    }
}
