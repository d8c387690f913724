using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// A token bucket per source address for handshakes under load (WireGuard section 5.3): IPv4 addresses one by one, IPv6 by /64, because
/// whoever has one address there has them all. Only addresses that have proved themselves with a cookie get here. Not thread-safe.
/// </summary>
public sealed class SourceRateLimiter
{
    private const long TicksPerToken = TimeSpan.TicksPerSecond / TunnelLimits.HandshakesPerSecondPerSource;
    private const long TicksMax = TicksPerToken * TunnelLimits.HandshakeBurstPerSource;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(1);

    private readonly Dictionary<InternetAddress, Bucket> _buckets = [];
    private Instant? _cleaned;

    /// <summary>How many sources are remembered.</summary>
    public int Count => _buckets.Count;

    /// <summary>Whether one more message of this source is within its rate.</summary>
    public bool TryTake(Instant now, InternetAddress source)
    {
        InternetAddress key = KeyOf(source);
        if (!_buckets.TryGetValue(key, out Bucket bucket))
        {
            if (_buckets.Count >= TunnelLimits.RateLimitedSourcesMax && !Forget(now))
            {
                return false;
            }

            bucket = new Bucket(now, TicksMax);
        }

        long credit = Math.Min(TicksMax, bucket.CreditTicks + (now - bucket.Updated).Ticks);
        bool allowed = credit >= TicksPerToken;
        _buckets[key] = new Bucket(now, allowed ? credit - TicksPerToken : credit);
        return allowed;
    }

    /// <summary>Forgets the sources that have been quiet for a second, and so have their full credit again anyway; false if there are none.</summary>
    private bool Forget(Instant now)
    {
        // Looking through the whole table for every packet would be a gift to whoever filled it.
        if (now - _cleaned < s_idle)
        {
            return false;
        }

        _cleaned = now;
        List<InternetAddress> idle = [];
        foreach ((InternetAddress source, Bucket bucket) in _buckets)
        {
            if (now - bucket.Updated >= s_idle)
            {
                idle.Add(source);
            }
        }

        foreach (InternetAddress source in idle)
        {
            _buckets.Remove(source);
        }

        return idle.Count > 0;
    }

    private static InternetAddress KeyOf(InternetAddress source)
    {
        // A TCP connection or a relay is a source of its own: it cannot be forged, and others must not pay for it.
        if (source.IsV4 || Paths.PathAddress.IsSpecial(new InternetEndpoint(source, 0)))
        {
            return source;
        }

        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        source.WriteMappedTo(bytes);
        bytes[8..].Clear();
        return InternetAddress.FromBytes(bytes);
    }

    private readonly record struct Bucket(Instant Updated, long CreditTicks);
}
