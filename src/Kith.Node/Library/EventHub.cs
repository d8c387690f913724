using Kith.Node.Control;

namespace Kith.Node;

/// <summary>Hands events to whoever listens. A slow listener loses its oldest events and is told how many; it holds nobody up. Thread-safe.</summary>
internal sealed class EventHub : IAsyncEnumerable<KithEvent>
{
    /// <summary>How many may listen at once.</summary>
    public const int ListenersMax = 256;

    private readonly Lock _lock = new();
    private EventQueue[] _listeners = [];
    private bool _isClosed;

    /// <summary>How many listen.</summary>
    public int Count => Volatile.Read(ref _listeners).Length;

    /// <summary>Begins to listen, at once and not only with the first move.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.LimitReached"/>: <see cref="ListenersMax"/> listen already.</exception>
    public IAsyncEnumerator<KithEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        EventQueue queue = new(Remove, cancellationToken);
        lock (_lock)
        {
            if (_listeners.Length >= ListenersMax)
            {
                throw new ControlException(ControlError.LimitReached, $"{ListenersMax} readers follow this node's events already.", "Dispose enumerators that are not read any more.");
            }

            if (_isClosed)
            {
                queue.Complete();
            }
            else
            {
                _listeners = [.. _listeners, queue];
            }
        }

        return queue;
    }

    /// <summary>Tells everybody.</summary>
    public void Publish(KithEvent news)
    {
        foreach (EventQueue listener in Volatile.Read(ref _listeners))
        {
            listener.Add(news);
        }
    }

    /// <summary>Nothing more will happen: every enumeration ends after what is waiting.</summary>
    public void Close()
    {
        EventQueue[] listeners;
        lock (_lock)
        {
            _isClosed = true;
            listeners = _listeners;
            _listeners = [];
        }

        foreach (EventQueue listener in listeners)
        {
            listener.Complete();
        }
    }

    private void Remove(EventQueue queue)
    {
        lock (_lock)
        {
            _listeners = [.. _listeners.Where(listener => listener != queue)];
        }
    }
}
