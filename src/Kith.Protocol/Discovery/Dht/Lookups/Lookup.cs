using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Discovery.Dht.Routing;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht.Lookups;

/// <summary>
/// Walks towards a target in one address family (Kademlia section 2.3) on several disjoint paths at once (S/Kademlia section 4.4). Only on the last of them are nodes
/// asked whose ids do not fit their addresses (BEP 42): so those who choose their ids spoil one path. Says whom to ask next and collects what comes; the machine sends and times.
/// </summary>
internal sealed class Lookup
{
    private readonly LookupPath[] _paths = new LookupPath[DhtLimits.DisjointPaths];
    private readonly HashSet<InternetEndpoint> _known = [];
    private readonly HashSet<InternetEndpoint> _peers = [];
    private readonly Dictionary<ulong, int> _prefixes = [];
    private int _turn;
    private int _queries;

    public Lookup(Operation operation, LookupPurpose purpose, DhtId target, bool isV6)
    {
        Operation = operation;
        Purpose = purpose;
        Target = target;
        IsV6 = isV6;
        for (int i = 0; i < _paths.Length; i++)
        {
            _paths[i] = new LookupPath();
        }
    }

    public Operation Operation { get; }

    public LookupPurpose Purpose { get; }

    public DhtId Target { get; }

    public bool IsV6 { get; }

    /// <summary>Of a detour: what the nodes it ends at are asked for; null for any other lookup.</summary>
    public (LookupPurpose Purpose, DhtId Target)? Then { get; init; }

    /// <summary>Whether only those it begins with are asked: those that a detour ended at.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Whether the walk is over.</summary>
    public bool IsDone => _queries >= DhtLimits.QueriesPerLookupMax
        ? !_paths.Any(static path => path.Contacts.Any(static contact => contact.State == LookupState.Asked))
        : _paths.All(static path => path.IsDone);

    private IEnumerable<LookupContact> Answered =>
        _paths.SelectMany(static path => path.Contacts).Where(static contact => contact.State == LookupState.Answered).OrderBy(static contact => contact.Distance);

    /// <summary>Begins with contacts of the table, dealt out in turn.</summary>
    public void Seed(ReadOnlySpan<DhtContact> contacts)
    {
        foreach (DhtContact contact in contacts)
        {
            TryAdd(_turn++ % _paths.Length, contact, null);
        }
    }

    /// <summary>Takes a contact that a node of a path named.</summary>
    public void Add(int path, in DhtContact contact, LookupContact namer)
    {
        if (!IsClosed)
        {
            TryAdd(path, contact, namer);
        }
    }

    /// <summary>Whether a peer is new to this lookup and there is room for it.</summary>
    public bool TryAddPeer(in InternetEndpoint peer) => _peers.Count < DhtLimits.PeersPerLookupMax && _peers.Add(peer);

    /// <summary>Takes the next node to ask, and the path it is on.</summary>
    public bool TryTakeNext(out int path, [NotNullWhen(true)] out LookupContact? next)
    {
        for (path = 0; path < _paths.Length; path++)
        {
            if (_queries < DhtLimits.QueriesPerLookupMax && _paths[path].TryTakeNext(out next))
            {
                next.Become(LookupState.Asked);
                _queries++;
                Operation.Queries++;
                return true;
            }
        }

        next = null;
        return false;
    }

    /// <summary>The nearest nodes of all paths that answered, nearest first, at most eight.</summary>
    public IReadOnlyList<LookupContact> Closest() => [.. Answered.Take(DhtLimits.BucketSize)];

    /// <summary>Whom to write to: the nearest eight that may be written to, and the nearest eight of those whose ids fit.</summary>
    public IReadOnlyList<LookupContact> Holders()
    {
        LookupContact[] able = [.. Answered.Where(static contact => contact.Token is not null)];
        return [.. able.Take(DhtLimits.BucketSize).Union(able.Where(static contact => contact.Fits).Take(DhtLimits.BucketSize))];
    }

    private void TryAdd(int path, in DhtContact contact, LookupContact? namer)
    {
        if (contact.Endpoint.Address.IsV4 == IsV6 || _known.Count >= DhtLimits.QueriesPerLookupMax * DhtLimits.BucketSize || _known.Contains(contact.Endpoint))
        {
            return;
        }

        if (!NodeIdRule.IsExempt(contact.Endpoint.Address))
        {
            ulong prefix = NetworkPrefix.Of(contact.Endpoint.Address);
            int taken = _prefixes.GetValueOrDefault(prefix);
            if (taken >= DhtLimits.SamePrefixPerTableMax)
            {
                return;
            }

            _prefixes[prefix] = taken + 1;
        }

        _known.Add(contact.Endpoint);
        LookupContact added = new(contact, contact.Id.DistanceTo(Target), namer);
        _paths[added.Fits ? path : ^1].Add(added);
    }
}
