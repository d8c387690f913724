using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>This node under one hash at one tracker over one family: what was said there, what came back and what is due.</summary>
internal sealed class TrackerListing
{
    private int _earlyLeft = TrackerLimits.EarlyMax;
    private Instant _earlyAt;

    /// <summary>Draws a peer id of its own, so that two listings look unrelated.</summary>
    public TrackerListing(TrackerPlace place, byte[] infoHash, RandomSource random, Instant now)
    {
        Place = place;
        InfoHash = infoHash;
        PeerId = new byte[Announcement.HashBytes];
        random.Fill(PeerId);
        Key = random.NextUInt32();
        NextAnnounce = now;
        _earlyAt = now;
    }

    /// <summary>For which network and day.</summary>
    public TrackerPlace Place { get; }

    /// <summary>The hash.</summary>
    public byte[] InfoHash { get; }

    /// <summary>Who we are there.</summary>
    public byte[] PeerId { get; }

    /// <summary>See <see cref="Announcement.Key"/>.</summary>
    public uint Key { get; }

    /// <summary>Whether the tracker has us, so that it is to be told when we go.</summary>
    public bool IsListed { get; set; }

    /// <summary>Whether the hash is of no use any more.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>When we are announced next.</summary>
    public Instant NextAnnounce { get; set; }

    /// <summary>When the numbers are asked for next, while members are missing.</summary>
    public Instant NextScrape { get; set; } = Instant.Never;

    /// <summary>When an announcement was last answered.</summary>
    public Instant? Answered { get; set; }

    /// <summary>How often at most the tracker wants to hear of us, where it says so.</summary>
    public TimeSpan MinInterval { get; set; }

    /// <summary>How many it last said were there.</summary>
    public int Total { get; set; }

    /// <summary>What it last named, checked, without ourselves.</summary>
    public IReadOnlyList<InternetEndpoint> Peers { get; set; } = [];

    /// <summary>Why it last refused; null after an answer.</summary>
    public string? Failure { get; set; }

    /// <summary>Refusals in a row.</summary>
    public int Failures { get; set; }

    /// <summary>Scrapes in a row that brought nothing.</summary>
    public int ScrapeFailures { get; set; }

    /// <summary>The wait before the next announcement where there are no scrapes.</summary>
    public TimeSpan Fallback { get; set; } = TrackerLimits.FallbackFirst;

    /// <summary>Has us announced before the interval is over, as far as the allowance for that reaches.</summary>
    public void Hurry(Instant now)
    {
        while (_earlyLeft < TrackerLimits.EarlyMax && now - _earlyAt >= TrackerLimits.EarlyRefill)
        {
            _earlyLeft++;
            _earlyAt += TrackerLimits.EarlyRefill;
        }

        if (_earlyLeft == 0)
        {
            return;
        }

        Instant at = Answered is { } answered ? Instant.Max(now, answered + TrackerLimits.EarlyGap) : now;
        if (at < NextAnnounce)
        {
            _earlyAt = _earlyLeft == TrackerLimits.EarlyMax ? now : _earlyAt;
            _earlyLeft--;
            NextAnnounce = at;
        }
    }
}
