using Kith.Apps.Sending.Incoming;

namespace Kith.Tests.Sending;

/// <summary>Somebody who answers.</summary>
internal sealed class FakeQuestions(bool accepts, params ConflictChoice[] choices) : IReceiveQuestions
{
    private int _next;

    public List<IncomingOffer> Offers { get; } = [];

    public List<IncomingConflict> Conflicts { get; } = [];

    public Task<bool> AcceptAsync(IncomingOffer offer, CancellationToken cancellationToken)
    {
        Offers.Add(offer);
        return Task.FromResult(accepts);
    }

    public Task<ConflictChoice> ResolveAsync(IncomingConflict conflict, CancellationToken cancellationToken)
    {
        Conflicts.Add(conflict);
        return Task.FromResult(choices[_next++]);
    }
}
