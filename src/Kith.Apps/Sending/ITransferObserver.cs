namespace Kith.Apps.Sending;

/// <summary>Hears what happens on the way. Called from any thread, one call at a time for each transfer; must return soon.</summary>
public interface ITransferObserver
{
    /// <summary>Something happened.</summary>
    void Handle(TransferEvent transferEvent);
}
