using System.Threading.Channels;

namespace Kith.Node;

/// <summary>The events that wait for one listener. At most <see cref="EventsMax"/>; beyond that the oldest make room and are counted.</summary>
internal sealed class EventQueue : IAsyncEnumerator<KithEvent>
{
    /// <summary>How many events wait for a listener at most.</summary>
    public const int EventsMax = 1024;

    private readonly Channel<KithEvent> _events;
    private readonly Action<EventQueue> _remove;
    private readonly CancellationToken _cancellation;
    private long _missed;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="remove">Called when the listener has gone.</param>
    /// <param name="cancellation">Ends the listening.</param>
    public EventQueue(Action<EventQueue> remove, CancellationToken cancellation)
    {
        _remove = remove;
        _cancellation = cancellation;
        BoundedChannelOptions options = new(EventsMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _events = Channel.CreateBounded<KithEvent>(options, _ => Interlocked.Increment(ref _missed));
    }

    /// <inheritdoc/>
    public KithEvent Current { get; private set; } = new KithEvent.Missed(0);

    /// <summary>Adds an event. Never waits.</summary>
    public void Add(KithEvent news) => _events.Writer.TryWrite(news);

    /// <summary>No more events will come.</summary>
    public void Complete() => _events.Writer.TryComplete();

    /// <inheritdoc/>
    public async ValueTask<bool> MoveNextAsync()
    {
        if (!await _events.Reader.WaitToReadAsync(_cancellation).ConfigureAwait(false))
        {
            return false;
        }

        // What was lost lay before everything that is still there.
        long missed = Interlocked.Exchange(ref _missed, 0);
        if (missed > 0)
        {
            Current = new KithEvent.Missed(missed);
            return true;
        }

        bool taken = _events.Reader.TryRead(out KithEvent? next);
        Current = next ?? Current;
        return taken;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _remove(this);
        Complete();
        return ValueTask.CompletedTask;
    }
}
