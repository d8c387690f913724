using Kith.Apps.Sending;

namespace Kith.Tests.Sending;

/// <summary>Keeps what happened.</summary>
internal sealed class Recorder : ITransferObserver, IDisposable
{
    private readonly List<TransferEvent> _events = [];

    public Action<TransferEvent>? Happened { get; set; }

    public IReadOnlyList<TransferEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public IEnumerable<TransferEvent> Of(TransferEventKind kind) => Events.Where(item => item.Event == kind);

    public void Handle(TransferEvent transferEvent)
    {
        lock (_events)
        {
            _events.Add(transferEvent);
        }

        Happened?.Invoke(transferEvent);
    }

    public IDisposable Watch(Func<TransferTotals> totals, Func<string> current) => this;

    public void Dispose()
    {
    }
}
