using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Discovery.Dht.Routing;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht.Storage;

/// <summary>Items kept for others (BEP 44). When there are too many the one put longest ago gives way; no network may fill it alone.</summary>
public sealed class ItemStore
{
    private readonly Dictionary<DhtId, (DhtItem Item, Instant Put, ulong Source)> _items = [];

    /// <summary>Items kept.</summary>
    public int Count => _items.Count;

    /// <summary>The item at a target.</summary>
    public DhtItem? Find(in DhtId target) => _items.TryGetValue(target, out (DhtItem Item, Instant Put, ulong Source) entry) ? entry.Item : null;

    /// <summary>Takes an item that has verified; null if it was stored, otherwise why not.</summary>
    /// <param name="now">The time.</param>
    /// <param name="item">The item.</param>
    /// <param name="cas">The sequence number that the one stored must have; null for any.</param>
    /// <param name="source">Who put it.</param>
    public KrpcError? Put(Instant now, DhtItem item, long? cas, InternetAddress source)
    {
        ArgumentNullException.ThrowIfNull(item);
        ulong prefix = NetworkPrefix.Of(source);
        if (Find(item.Target) is { } stored)
        {
            if (cas is { } expected && expected != stored.Sequence)
            {
                return KrpcError.CasMismatch;
            }

            if (item.Sequence < stored.Sequence || (item.Sequence == stored.Sequence && !item.Value.SequenceEqual(stored.Value)))
            {
                return KrpcError.SequenceTooLow;
            }
        }
        else if (_items.Values.Count(entry => entry.Source == prefix) >= DhtLimits.ItemsPerSourceMax && !NodeIdRule.IsExempt(source))
        {
            return KrpcError.Server;
        }
        else if (_items.Count >= DhtLimits.ItemsMax)
        {
            _items.Remove(_items.MinBy(static entry => entry.Value.Put).Key);
        }

        _items[item.Target] = (item, now, prefix);
        return null;
    }

    /// <summary>Forgets what was not put again.</summary>
    public void Expire(Instant now)
    {
        foreach (DhtId target in _items.Where(entry => now - entry.Value.Put >= DhtTimings.ItemLife).Select(entry => entry.Key).ToList())
        {
            _items.Remove(target);
        }
    }
}
