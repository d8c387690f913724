namespace Kith.Protocol.Discovery.Rendezvous;

/// <summary>
/// When what is asked of and put into the DHT, and the most of it. A device whose members are all reachable only puts. One that waits for absent members asks
/// one question in each <see cref="PollInterval"/> and begins at most one errand in each <see cref="SeekInterval"/> after a burst, however many they are.
/// </summary>
public static class RendezvousTimings
{
    /// <summary>Items are put again after this long (BEP 44 asks for an hour).</summary>
    public static readonly TimeSpan Republish = TimeSpan.FromHours(1);

    /// <summary>What changed is put at once, but not more often than this.</summary>
    public static readonly TimeSpan RepublishChanged = TimeSpan.FromSeconds(30);

    /// <summary>A put that no node took is tried again after this long.</summary>
    public static readonly TimeSpan RetryPut = TimeSpan.FromSeconds(20);

    /// <summary>A member that was just lost is looked for after this long...</summary>
    public static readonly TimeSpan FirstLookup = TimeSpan.FromSeconds(3);

    /// <summary>...and then after waits that double up to this.</summary>
    public static readonly TimeSpan LongestLookup = TimeSpan.FromMinutes(10);

    /// <summary>Word is left for a member that was lost this long ago, anew in each quarter of an hour...</summary>
    public static readonly TimeSpan FirstWord = TimeSpan.FromSeconds(2);

    /// <summary>...and again after this long where our whereabouts changed.</summary>
    public static readonly TimeSpan WordAgain = TimeSpan.FromSeconds(10);

    /// <summary>Whoever is asked for while it is not reachable is called, looked for and left word for at once; again after this long at first...</summary>
    public static readonly TimeSpan WantAgain = TimeSpan.FromSeconds(10);

    /// <summary>...and then after waits that double up to this, so that a program that asks for ever leaves something for the others.</summary>
    public static readonly TimeSpan LongestWant = TimeSpan.FromMinutes(5);

    /// <summary>A device that waits for members asks one node about one mailbox in this time.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(3);

    /// <summary>Members whose mailboxes are asked about in turn: those asked for last, then those lost last.</summary>
    public const int MailboxesWatched = 3;

    /// <summary>How long the mailbox of another absent member waits at first; the wait grows by a half up to <see cref="LongestLookup"/>.</summary>
    public static readonly TimeSpan FirstMail = TimeSpan.FromSeconds(30);

    /// <summary>Near the ends of a quarter of an hour the mailbox of the neighbouring one is looked into as well.</summary>
    public static readonly TimeSpan MailTolerance = TimeSpan.FromMinutes(3);

    /// <summary>Whole lookups on behalf of absent members that may follow each other...</summary>
    public const int SeekBurst = 30;

    /// <summary>...and after those one in this time, however many members are absent.</summary>
    public static readonly TimeSpan SeekInterval = TimeSpan.FromMinutes(2);

    /// <summary>How often a joiner asks for somebody who serves its invite.</summary>
    public static readonly TimeSpan InviteLookup = TimeSpan.FromSeconds(4);

    /// <summary>Errands begin no closer together than this, a joiner's excepted.</summary>
    public static readonly TimeSpan ErrandInterval = TimeSpan.FromSeconds(2);

    /// <summary>Clocks may differ by this much around midnight and the quarters: then both neighbours are used.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(30);

    /// <summary>While so many errands are under way none is begun; one round of publishing may begin some together.</summary>
    public const int ErrandsMax = 8;

    /// <summary>Invites that word is left for and calls are looked for, of all that are open.</summary>
    public const int InvitesMax = 4;

    /// <summary>While an invite is open, members look for calls after this long at first; the wait grows by a quarter up to <see cref="LongestCallLookup"/>...</summary>
    public static readonly TimeSpan FirstCallLookup = TimeSpan.FromSeconds(10);

    /// <summary>...whatever the number of invites: several are looked at in turn.</summary>
    public static readonly TimeSpan LongestCallLookup = TimeSpan.FromMinutes(1);

    /// <summary>A joiner calls as soon as it knows how others see it, or else after this long.</summary>
    public static readonly TimeSpan FirstCall = TimeSpan.FromSeconds(3);

    /// <summary>What changed of a joiner is put again at once, but not more often than this.</summary>
    public static readonly TimeSpan CallAgainChanged = TimeSpan.FromSeconds(5);

    /// <summary>A joiner puts its call again after this long, as another one with the same invite may have put one over it.</summary>
    public static readonly TimeSpan CallAgain = TimeSpan.FromSeconds(20);

    /// <summary>How often one and the same call is answered, whenever it is found.</summary>
    public const int AnswersPerCallMax = 4;

    /// <summary>Openers sent to each endpoint of a caller, one a second.</summary>
    public const int OpenersPerEndpoint = 4;

    /// <summary>Callers that openers are sent to at once; the oldest gives way.</summary>
    public const int CallersMax = 8;
}
