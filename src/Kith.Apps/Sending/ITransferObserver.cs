namespace Kith.Apps.Sending;

/// <summary>Hears what happens on the way. Called from any thread, one call at a time for each transfer; must return soon.</summary>
public interface ITransferObserver
{
    /// <summary>Something happened.</summary>
    void Handle(TransferEvent transferEvent);

    /// <summary>A transfer runs until the result is disposed; its numbers, and the file that is under way, can be read as often as is liked.</summary>
    IDisposable Watch(Func<TransferTotals> totals, Func<string> current);
}
