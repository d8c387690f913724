using Kith.Protocol.Wire;

namespace Kith.Simulator.Time;

/// <summary>What will happen, in order of time; at one time in the order in which it was planned.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Action, (long Ticks, long Order)> _events = new();
    private long _order;

    /// <summary>How many events wait.</summary>
    public int Count => _events.Count;

    /// <summary>When the next event is due; <see cref="Instant.Never"/> if there is none.</summary>
    public Instant Next => _events.TryPeek(out _, out (long Ticks, long Order) priority) ? new Instant(priority.Ticks) : Instant.Never;

    /// <summary>Plans an event.</summary>
    public void Add(Instant when, Action action) => _events.Enqueue(action, (when.Ticks, _order++));

    /// <summary>Takes the next event.</summary>
    public Action Take() => _events.Dequeue();
}
