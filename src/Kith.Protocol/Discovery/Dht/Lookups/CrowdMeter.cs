namespace Kith.Protocol.Discovery.Dht.Lookups;

/// <summary>
/// How near to a target the eighth nearest node usually is (<see cref="DhtId.Nearness"/>). Only walks towards targets of our own choice count, so that nobody shifts the
/// figure who sits down at a target of his. Not thread-safe.
/// </summary>
internal sealed class CrowdMeter
{
    private readonly Queue<double> _walks = new();
    private double? _toSelf;

    /// <summary>The usual nearness; null until a walk has ended.</summary>
    public double? Usual => _walks.Count >= DhtLimits.WalksEnough ? _walks.Order().ElementAt(_walks.Count / 2) : _toSelf;

    /// <summary>A walk to a target that chance chose, or to ourselves, has ended.</summary>
    public void Note(DhtId target, IReadOnlyList<LookupContact> closest, bool isToSelf)
    {
        if (closest.Count < DhtLimits.BucketSize)
        {
            return;
        }

        double nearness = target.Nearness(closest[^1].Contact.Id);
        if (isToSelf)
        {
            _toSelf = nearness;
            return;
        }

        if (_walks.Count >= DhtLimits.WalksRemembered)
        {
            _walks.Dequeue();
        }

        _walks.Enqueue(nearness);
    }
}
