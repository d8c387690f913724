using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>One tracker over one family of addresses. One request is under way at a time.</summary>
internal abstract class TrackerLeg(TrackerUrl url, bool isV6)
{
    /// <summary>The tracker.</summary>
    public TrackerUrl Url { get; } = url;

    /// <summary>Whether it is spoken to over IPv6.</summary>
    public bool IsV6 { get; } = isV6;

    /// <summary>Our listings there.</summary>
    public List<TrackerListing> Listings { get; } = [];

    /// <summary>The port that is announced.</summary>
    public ushort Port { get; set; }

    /// <summary>What is under way.</summary>
    public TrackerRequest? Current { get; protected set; }

    /// <summary>When something was last sent.</summary>
    public Instant? Asked { get; protected set; }

    /// <summary>When anything was last heard.</summary>
    public Instant? Heard { get; protected set; }

    /// <summary>When it is sent again, or given up.</summary>
    public Instant Due { get; protected set; } = Instant.Never;

    /// <summary>Whether scrapes can be asked of it at all.</summary>
    public abstract bool CanScrape { get; }

    /// <summary>Whether the last request waits for longer than a lossy path would make it.</summary>
    public abstract bool IsSilent { get; }

    /// <summary>Begins a request.</summary>
    public abstract void Begin(Instant now, TrackerRequest request);

    /// <summary>Sends again or gives up what is due. Returns what ended without an answer.</summary>
    public abstract TrackerRequest? HandleTimeout(Instant now);

    /// <summary>The machine's address is another: what the tracker gave us counts no more, and waits begin anew.</summary>
    public abstract void HandleNetworkChange(Instant now);

    /// <summary>Tells the tracker that we go, without waiting for an answer.</summary>
    public abstract void Leave(Instant now, TrackerListing listing);

    /// <summary>The request that is under way has ended.</summary>
    protected TrackerRequest? Take()
    {
        TrackerRequest? request = Current;
        Current = null;
        Due = Instant.Never;
        return request;
    }

    /// <summary>What is said of us in a listing.</summary>
    protected Announcement Describe(TrackerListing listing, AnnounceEvent why) => new(listing.InfoHash, listing.PeerId, listing.Key, Port, why);
}
