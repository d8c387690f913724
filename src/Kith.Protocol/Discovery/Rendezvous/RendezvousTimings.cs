namespace Kith.Protocol.Discovery.Rendezvous;

/// <summary>
/// When what is asked of and put into the DHT, and the most of it. The cost follows: a lookup is some 30 datagrams of 100 bytes out and 300 in. A device whose
/// members are all reachable costs two puts an hour and network. One that waits for absent members asks at most once each <see cref="ErrandInterval"/>, and for
/// each of them no more often than these times say: at most 12 errands a minute, about 150 kB a minute while it is worst, and a tenth of that after an hour.
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
    public static readonly TimeSpan FirstLookup = TimeSpan.FromSeconds(5);

    /// <summary>...and then after waits that double up to this.</summary>
    public static readonly TimeSpan LongestLookup = TimeSpan.FromMinutes(10);

    /// <summary>How often the mailbox of an absent member is looked into at first; the wait grows by a half up to <see cref="LongestLookup"/>.</summary>
    public static readonly TimeSpan FirstMail = TimeSpan.FromSeconds(30);

    /// <summary>How often a joiner asks for somebody who serves its invite.</summary>
    public static readonly TimeSpan InviteLookup = TimeSpan.FromSeconds(4);

    /// <summary>Errands begin no closer together than this, a joiner's excepted.</summary>
    public static readonly TimeSpan ErrandInterval = TimeSpan.FromSeconds(5);

    /// <summary>Clocks may differ by this much around midnight and the quarters: then both neighbours are used.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(30);

    /// <summary>Errands under way at once.</summary>
    public const int ErrandsMax = 8;

    /// <summary>Invites that word is left for.</summary>
    public const int InvitesMax = 8;
}
