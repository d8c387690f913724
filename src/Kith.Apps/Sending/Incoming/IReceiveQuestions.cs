namespace Kith.Apps.Sending.Incoming;

/// <summary>Somebody who can be asked. Called from any thread; calls may overlap.</summary>
public interface IReceiveQuestions
{
    /// <summary>Whether to take what a device would like to send.</summary>
    Task<bool> AcceptAsync(IncomingOffer offer, CancellationToken cancellationToken);

    /// <summary>What to do where another file has the name.</summary>
    Task<ConflictChoice> ResolveAsync(IncomingConflict conflict, CancellationToken cancellationToken);
}
