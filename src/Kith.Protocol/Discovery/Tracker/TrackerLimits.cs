namespace Kith.Protocol.Discovery.Tracker;

/// <summary>The most of everything about trackers, and how often they are asked.</summary>
public static class TrackerLimits
{
    /// <summary>Trackers one node announces itself to.</summary>
    public const int TrackersMax = 8;

    /// <summary>Hashes announced under: those of all networks, two for each around midnight.</summary>
    public const int PlacesMax = 32;

    /// <summary>Addresses asked for and taken from one answer.</summary>
    public const int PeersPerAnswerMax = 50;

    /// <summary>Addresses kept for one network, over all trackers.</summary>
    public const int PeersPerNetworkMax = 64;

    /// <summary>The longest HTTP answer in bytes.</summary>
    public const int HttpAnswerBytesMax = 32 * 1024;

    /// <summary>The longest datagram that is read; fits <see cref="PeersPerAnswerMax"/> addresses of either family.</summary>
    public const int DatagramBytesMax = 2048;

    /// <summary>Characters kept of what a tracker gives as the reason of a failure.</summary>
    public const int ReasonCharactersMax = 100;

    /// <summary>Datagrams waiting to be taken.</summary>
    public const int TransmitsMax = 64;

    /// <summary>An interval that a tracker states counts as at least this ...</summary>
    public static readonly TimeSpan IntervalMin = TimeSpan.FromSeconds(30);

    /// <summary>... and at most this.</summary>
    public static readonly TimeSpan IntervalMax = TimeSpan.FromHours(6);

    /// <summary>The interval where a tracker states none.</summary>
    public static readonly TimeSpan IntervalDefault = TimeSpan.FromMinutes(30);

    /// <summary>While members are missing the number of those on the hash is asked for this often (a scrape), so that a newcomer is noticed; at first ...</summary>
    public static readonly TimeSpan ScrapeOften = TimeSpan.FromSeconds(10);

    /// <summary>... and after <see cref="EagerFor"/> this often.</summary>
    public static readonly TimeSpan ScrapeSeldom = TimeSpan.FromMinutes(1);

    /// <summary>For how long after a start, a change of network or the loss of a member trackers are asked often.</summary>
    public static readonly TimeSpan EagerFor = TimeSpan.FromMinutes(30);

    /// <summary>Announcements for a newcomer, a changed port or a changed network come no closer together than this ...</summary>
    public static readonly TimeSpan EarlyGap = TimeSpan.FromSeconds(10);

    /// <summary>... and, after <see cref="EarlyMax"/> of them, no more often than this.</summary>
    public static readonly TimeSpan EarlyRefill = TimeSpan.FromMinutes(3);

    /// <summary>Early announcements that may follow each other at <see cref="EarlyGap"/>.</summary>
    public const int EarlyMax = 10;

    /// <summary>Where a tracker does not tell numbers, announcements while members are missing begin this far apart and then grow, never below what it states as its minimum.</summary>
    public static readonly TimeSpan FallbackFirst = TimeSpan.FromSeconds(30);

    /// <summary>The wait after a refusal; doubles up to <see cref="FailureLongest"/>.</summary>
    public static readonly TimeSpan FailureFirst = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait after refusals, and before a host's addresses are looked up again.</summary>
    public static readonly TimeSpan FailureLongest = TimeSpan.FromHours(1);

    /// <summary>An HTTP request that the shell has not answered by then counts as lost.</summary>
    public static readonly TimeSpan HttpPatience = TimeSpan.FromSeconds(30);
}
