using Kith.Protocol.Discovery.Dht.Lookups;
using Kith.Protocol.Discovery.Dht.Routing;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>The node in one address family: its id there (BEP 42 binds it to the address, BEP 32 keeps the tables apart) and its table.</summary>
internal sealed class DhtFamily
{
    private const int VotersMax = 32;
    private const int VotesNeeded = 4;

    private readonly RandomSource _random;
    private readonly Dictionary<ulong, InternetAddress> _votes = [];

    public DhtFamily(bool isV6, RandomSource random)
    {
        _random = random;
        IsV6 = isV6;
        Span<byte> id = stackalloc byte[DhtId.Length];
        random.Fill(id);
        Table = new RoutingTable(new DhtId(id));
    }

    public bool IsV6 { get; }

    public RoutingTable Table { get; private set; }

    public DhtId Self => Table.Self;

    /// <summary>How thick the crowd is, as far as walks have shown.</summary>
    public CrowdMeter Crowd { get; } = new();

    /// <summary>Whether nodes sit closer to a target than chance would have them: then somebody may sit on it.</summary>
    public bool IsCrowded(DhtId target, IReadOnlyList<LookupContact> closest, bool isPut) =>
        Crowd.Usual is { } usual && closest.Count == DhtLimits.BucketSize
        && target.Nearness(closest[^1].Contact.Id) >= usual + (isPut ? DhtLimits.CrowdedForPut : DhtLimits.CrowdedForGet);

    /// <summary>When an empty or thin table asks the bootstrap nodes again.</summary>
    public Instant NextBootstrap { get; set; }

    /// <summary>When we next walk towards ourselves, so that whoever is near knows us and we know them.</summary>
    public Instant NextWalk { get; set; } = Instant.Never;

    /// <summary>The wait before that.</summary>
    public TimeSpan BootstrapWait { get; set; } = DhtTimings.BootstrapFirst;

    /// <summary>
    /// A node says which address we have. When most of those heard agree on one that our id does not fit, the id is made anew and the table rebuilt around it;
    /// then this is true.
    /// </summary>
    public bool HandleVote(Instant now, InternetAddress voter, InternetAddress address)
    {
        // Voters of one network count once, unless it is our own.
        ulong key = NodeIdRule.IsExempt(voter) ? (uint)voter.GetHashCode() | (1UL << 62) : NetworkPrefix.Of(voter);
        if (address.IsV4 == IsV6 || (_votes.Count >= VotersMax && !_votes.ContainsKey(key)))
        {
            return false;
        }

        _votes[key] = address;
        int agreeing = _votes.Values.Count(vote => vote == address);
        if (agreeing < VotesNeeded || agreeing * 2 <= _votes.Count || NodeIdRule.Fits(Self, address))
        {
            return false;
        }

        _votes.Clear();
        RoutingTable renewed = new(NodeIdRule.Make(address, _random));
        foreach (DhtContact contact in Table.Contacts)
        {
            renewed.HandleAnswer(now, contact);
        }

        Table = renewed;
        return true;
    }

    /// <summary>Our address may have changed: earlier votes say nothing any more.</summary>
    public void ForgetVotes() => _votes.Clear();
}
