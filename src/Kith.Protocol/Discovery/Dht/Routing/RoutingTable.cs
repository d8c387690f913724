using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht.Routing;

/// <summary>
/// The Kademlia routing table of one address family (BEP 5): for each number of shared leading bits a bucket of contacts that have answered. Few of one
/// network (<see cref="DhtLimits.SamePrefixPerBucketMax"/>, <see cref="DhtLimits.SamePrefixPerTableMax"/>), so that nobody fills it with his own. Not thread-safe.
/// </summary>
public sealed class RoutingTable
{
    private readonly RoutingBucket?[] _buckets = new RoutingBucket?[DhtId.Bits];
    private readonly Dictionary<ulong, int> _prefixes = [];

    /// <summary>An empty table around an id.</summary>
    public RoutingTable(DhtId self) => Self = self;

    /// <summary>The id it is built around.</summary>
    public DhtId Self { get; }

    /// <summary>Contacts in all buckets, without those that wait.</summary>
    public int Count { get; private set; }

    /// <summary>All contacts.</summary>
    public IEnumerable<DhtContact> Contacts => _buckets.Where(bucket => bucket is not null).SelectMany(bucket => bucket!.Entries).Select(entry => entry.Contact);

    /// <summary>A contact has answered a query of ours: it is taken in, confirmed, or waits for a place.</summary>
    public void HandleAnswer(Instant now, in DhtContact contact)
    {
        if (BucketOf(contact.Id) is not { } bucket)
        {
            return;
        }

        if (bucket.Find(contact) is { } known)
        {
            known.Heard = now;
            known.Failures = 0;
            bucket.Changed = now;
            return;
        }

        DhtId id = contact.Id;

        // One endpoint has one id and one id one endpoint: who was here first stays while it answers.
        if (bucket.Entries.Exists(entry => entry.Contact.Id == id) || IsEndpointKnown(contact.Endpoint) || !IsPrefixFree(bucket, contact.Endpoint.Address))
        {
            return;
        }

        RoutingEntry newcomer = new(contact, now);
        if (bucket.Entries.Count < DhtLimits.BucketSize)
        {
            Add(bucket, newcomer);
            bucket.Changed = now;
        }
        else if (bucket.FindWorse(now, newcomer.Fits) is { } worse)
        {
            Remove(bucket, worse);
            Add(bucket, newcomer);
            bucket.Changed = now;
        }
        else
        {
            bucket.AddReplacement(newcomer);
        }
    }

    /// <summary>Somebody asked us something. Returns whether it would be good to know, and so should be asked something in turn.</summary>
    public bool HandleQuery(Instant now, in DhtContact contact)
    {
        if (BucketOf(contact.Id) is not { } bucket)
        {
            return false;
        }

        if (bucket.Find(contact) is { } known)
        {
            if (known.Failures == 0)
            {
                known.Heard = now;
            }

            return false;
        }

        return !IsEndpointKnown(contact.Endpoint) && IsPrefixFree(bucket, contact.Endpoint.Address)
            && (bucket.Entries.Count < DhtLimits.BucketSize || bucket.FindWorse(now, NodeIdRule.Fits(contact.Id, contact.Endpoint.Address)) is not null);
    }

    /// <summary>A contact did not answer. After <see cref="DhtLimits.FailuresMax"/> it is out, and one that waited takes its place.</summary>
    public void HandleFailure(in DhtContact contact)
    {
        if (BucketOf(contact.Id) is not { } bucket || bucket.Find(contact) is not { } entry || ++entry.Failures < DhtLimits.FailuresMax)
        {
            return;
        }

        Remove(bucket, entry);
        while (bucket.Replacements.Count > 0)
        {
            RoutingEntry next = bucket.Replacements[^1];
            bucket.Replacements.RemoveAt(bucket.Replacements.Count - 1);
            if (IsPrefixFree(bucket, next.Contact.Endpoint.Address) && !IsEndpointKnown(next.Contact.Endpoint))
            {
                Add(bucket, next);
                return;
            }
        }
    }

    /// <summary>Writes the contacts nearest to a target that have not just failed, nearest first; returns how many.</summary>
    public int CopyClosest(in DhtId target, Span<DhtContact> contacts)
    {
        DhtId wanted = target;
        List<DhtContact> order = [];
        foreach (RoutingBucket? bucket in _buckets)
        {
            if (bucket is not null)
            {
                order.AddRange(bucket.Entries.Where(entry => entry.Failures == 0).Select(entry => entry.Contact));
            }
        }

        order.Sort((a, b) => a.Id.DistanceTo(wanted).CompareTo(b.Id.DistanceTo(wanted)));
        int count = Math.Min(contacts.Length, order.Count);
        for (int i = 0; i < count; i++)
        {
            contacts[i] = order[i];
        }

        return count;
    }

    /// <summary>A contact that has been silent for too long and should be pinged, if there is one.</summary>
    public bool TryFindQuestionable(Instant now, out DhtContact contact)
    {
        foreach (RoutingBucket? bucket in _buckets)
        {
            foreach (RoutingEntry entry in bucket?.Entries ?? [])
            {
                if (!entry.IsGood(now) && entry.Failures < DhtLimits.FailuresMax)
                {
                    contact = entry.Contact;
                    return true;
                }
            }
        }

        contact = default;
        return false;
    }

    /// <summary>An id in the range of a bucket in which nothing changed for long; marks it as looked after.</summary>
    public bool TryTakeStale(Instant now, RandomSource random, out DhtId target)
    {
        for (int shared = 0; shared < _buckets.Length; shared++)
        {
            if (_buckets[shared] is { } bucket && now - bucket.Changed >= DhtTimings.RefreshAfter)
            {
                bucket.Changed = now;
                target = IdWithSharedBits(shared, random);
                return true;
            }
        }

        target = default;
        return false;
    }

    private DhtId IdWithSharedBits(int shared, RandomSource random)
    {
        Span<byte> id = stackalloc byte[DhtId.Length];
        Span<byte> self = stackalloc byte[DhtId.Length];
        random.Fill(id);
        Self.WriteTo(self);
        for (int bit = 0; bit <= shared && bit < DhtId.Bits; bit++)
        {
            int mask = 0x80 >> (bit & 7);
            bool isSet = (self[bit >> 3] & mask) != 0;
            isSet ^= bit == shared;
            id[bit >> 3] = (byte)(isSet ? id[bit >> 3] | mask : id[bit >> 3] & ~mask);
        }

        return new DhtId(id);
    }

    private RoutingBucket? BucketOf(in DhtId id)
    {
        int shared = Self.SharedBits(id);
        return shared == DhtId.Bits ? null : _buckets[shared] ??= new RoutingBucket();
    }

    private bool IsEndpointKnown(in InternetEndpoint endpoint)
    {
        foreach (RoutingBucket? bucket in _buckets)
        {
            foreach (RoutingEntry entry in bucket?.Entries ?? [])
            {
                if (entry.Contact.Endpoint == endpoint)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsPrefixFree(RoutingBucket bucket, InternetAddress address)
    {
        // Nodes of one's own network are many and harmless; the rule is about the Internet.
        if (NodeIdRule.IsExempt(address))
        {
            return true;
        }

        ulong prefix = NetworkPrefix.Of(address);
        return _prefixes.GetValueOrDefault(prefix) < DhtLimits.SamePrefixPerTableMax
            && bucket.Entries.Count(entry => NetworkPrefix.Of(entry.Contact.Endpoint.Address) == prefix) < DhtLimits.SamePrefixPerBucketMax;
    }

    private void Add(RoutingBucket bucket, RoutingEntry entry)
    {
        bucket.Entries.Add(entry);
        Count++;
        ulong prefix = NetworkPrefix.Of(entry.Contact.Endpoint.Address);
        _prefixes[prefix] = _prefixes.GetValueOrDefault(prefix) + 1;
    }

    private void Remove(RoutingBucket bucket, RoutingEntry entry)
    {
        bucket.Entries.Remove(entry);
        Count--;
        ulong prefix = NetworkPrefix.Of(entry.Contact.Endpoint.Address);
        if (--_prefixes[prefix] == 0)
        {
            _prefixes.Remove(prefix);
        }
    }
}
