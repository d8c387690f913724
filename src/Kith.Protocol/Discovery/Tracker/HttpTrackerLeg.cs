using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>A tracker of BEP 3. The shell carries each request out.</summary>
internal sealed class HttpTrackerLeg(TrackerUrl url, bool isV6, Func<long> nextOperation, Action<TrackerEvent> raise) : TrackerLeg(url, isV6)
{
    private long _operation;

    /// <inheritdoc/>
    public override bool CanScrape => HttpTracker.ScrapeUrl(Url, []) is not null;

    /// <inheritdoc/>
    public override bool IsSilent => false;

    /// <inheritdoc/>
    public override void Begin(Instant now, TrackerRequest request)
    {
        Current = request;
        _operation = nextOperation();
        Asked = now;
        Due = now + TrackerLimits.HttpPatience;
        string url = request.IsScrape ? HttpTracker.ScrapeUrl(Url, request.Listing.InfoHash)! : HttpTracker.AnnounceUrl(Url, Describe(request.Listing, request.Event));
        raise(new TrackerEvent.HttpWanted(_operation, url, IsV6));
    }

    /// <inheritdoc/>
    public override TrackerRequest? HandleTimeout(Instant now) => Current is not null && now >= Due ? Take() : null;

    /// <summary>The shell has carried it out. Null if that is not what is under way.</summary>
    public TrackerRequest? HandleAnswer(Instant now, long operation, ReadOnlySpan<byte> body, string? failure, out TrackerAnswer? answer, out string? reason)
    {
        answer = null;
        reason = failure;
        if (operation != _operation || Current is not { } request)
        {
            return null;
        }

        if (failure is null)
        {
            Heard = now;
            bool isRead = request.IsScrape ? HttpTracker.TryReadScrape(body, request.Listing.InfoHash, out answer) : HttpTracker.TryReadAnnounce(body, out answer, out reason);
            reason = isRead ? null : reason ?? "its answer is no tracker's";
        }

        return Take();
    }

    /// <inheritdoc/>
    public override void HandleNetworkChange(Instant now)
    {
        if (Take() is { } request)
        {
            Begin(now, request);
        }
    }

    /// <inheritdoc/>
    public override void Leave(Instant now, TrackerListing listing) =>
        raise(new TrackerEvent.HttpWanted(nextOperation(), HttpTracker.AnnounceUrl(Url, Describe(listing, AnnounceEvent.Stopped)), IsV6));
}
