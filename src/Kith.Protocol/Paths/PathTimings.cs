namespace Kith.Protocol.Paths;

/// <summary>
/// The numbers of <see cref="PathTable"/>. The idle budget follows from them: a chosen path that carries nothing costs one ping and one
/// pong each 25 s, 144 an hour; with 32 bytes of session, 28-48 of UDP and IP and at most 32 of frame that is under 17 kB an hour each way per peer.
/// Candidates that do not answer while another path works cost one ping each 5 minutes: under 1.2 kB an hour each.
/// </summary>
public static class PathTimings
{
    /// <summary>A chosen path that has been silent this long is pinged, at first; shorter than the 30 s after which the hastiest translators forget UDP.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(25);

    /// <summary>
    /// A path across the Internet rests no longer than this, however long its mapping lives: what broke while nobody spoke is to be known, and healed, within a minute.
    /// </summary>
    public static readonly TimeSpan KeepAliveMax = TimeSpan.FromSeconds(45);

    /// <summary>And no shorter than this, however hasty a translator is.</summary>
    public static readonly TimeSpan KeepAliveMin = TimeSpan.FromSeconds(10);

    /// <summary>Between pings of a working path that wait for an answer.</summary>
    public static readonly TimeSpan MissInterval = TimeSpan.FromSeconds(1);

    /// <summary>The first ping of a working path is missed after this and three times the usual round trip, if that is less than <see cref="MissInterval"/>.</summary>
    public static readonly TimeSpan FirstMissMin = TimeSpan.FromMilliseconds(300);

    /// <summary>A path that data is being sent on and nothing has come back from for this long is pinged, without waiting for <see cref="KeepAlive"/>.</summary>
    public static readonly TimeSpan SilenceUnderTraffic = TimeSpan.FromSeconds(1);

    /// <summary>A current path that has been silent this long gives way to one that an authenticated packet just came from.</summary>
    public static readonly TimeSpan RoamAfterSilence = TimeSpan.FromMilliseconds(300);

    /// <summary>The first wait of a burst; each further one doubles: 200, 400, 800, 1,600, 3,200 ms.</summary>
    public static readonly TimeSpan BurstFirstWait = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Times to live of the pings that go ahead of a burst to a far endpoint: enough for our own translators, too little to reach the peer's, which may shut
    /// itself against a source that spoke before it was spoken to.
    /// </summary>
    public static ReadOnlySpan<byte> OpenerTtls => [2, 4];

    /// <summary>After each of these pings.</summary>
    public static readonly TimeSpan OpenerWait = TimeSpan.FromMilliseconds(50);

    /// <summary>An endpoint heard from within this time needs none of them.</summary>
    public static readonly TimeSpan OpenFor = TimeSpan.FromSeconds(20);

    /// <summary>How often a working path that is not the chosen one is looked at again, and a failed one while another works.</summary>
    public static readonly TimeSpan IdleReprobe = TimeSpan.FromMinutes(5);

    /// <summary>The first wait after a path failed; doubles from there.</summary>
    public static readonly TimeSpan FailedFirstWait = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait between tries while no path works at all.</summary>
    public static readonly TimeSpan OfflineReprobe = TimeSpan.FromSeconds(15);

    /// <summary>How old a result of the search for the largest packet may be when a path is chosen anew.</summary>
    public static readonly TimeSpan MtuValidity = TimeSpan.FromMinutes(10);

    /// <summary>Another path of the same class must be faster by this factor...</summary>
    public const double BetterFactor = 0.8;

    /// <summary>...and by this much on top, before data moves to it.</summary>
    public static readonly TimeSpan BetterMargin = TimeSpan.FromMilliseconds(2);
}
