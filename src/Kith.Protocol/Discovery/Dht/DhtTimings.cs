namespace Kith.Protocol.Discovery.Dht;

/// <summary>Times of the DHT node.</summary>
public static class DhtTimings
{
    /// <summary>A query that is not answered by then has failed.</summary>
    public static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(3);

    /// <summary>A query that is not answered by then lets a lookup ask one more.</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromMilliseconds(800);

    /// <summary>A contact that has said nothing for this long is questionable (BEP 5).</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(15);

    /// <summary>A bucket in which nothing changed for this long is refreshed by a lookup in its range (BEP 5).</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(15);

    /// <summary>How often a table that is empty asks the bootstrap nodes again; doubles up to <see cref="BootstrapLongest"/>.</summary>
    public static readonly TimeSpan BootstrapFirst = TimeSpan.FromSeconds(2);

    /// <summary>This long after the first node answered we walk towards ourselves a second time: the first walk began from almost nobody.</summary>
    public static readonly TimeSpan SecondWalk = TimeSpan.FromMinutes(1);

    /// <summary>The longest wait between tries to begin.</summary>
    public static readonly TimeSpan BootstrapLongest = TimeSpan.FromMinutes(2);

    /// <summary>How often the secret behind the write tokens changes; the one before is accepted too (BEP 5).</summary>
    public static readonly TimeSpan TokenSecretLife = TimeSpan.FromMinutes(5);

    /// <summary>A peer that was not announced again is forgotten.</summary>
    public static readonly TimeSpan PeerLife = TimeSpan.FromMinutes(30);

    /// <summary>An item that was not put again is forgotten (BEP 44).</summary>
    public static readonly TimeSpan ItemLife = TimeSpan.FromHours(2);
}
