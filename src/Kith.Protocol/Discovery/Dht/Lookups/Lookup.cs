using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht.Lookups;

/// <summary>
/// Walks towards a target in one address family (Kademlia section 2.3) on several disjoint paths at once (S/Kademlia section 4.4). Says whom to ask next and
/// collects what comes; the machine sends and times.
/// </summary>
internal sealed class Lookup
{
    private readonly LookupPath[] _paths = new LookupPath[DhtLimits.DisjointPaths];
    private readonly HashSet<InternetEndpoint> _known = [];
    private readonly HashSet<InternetEndpoint> _peers = [];
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

    /// <summary>Whether the walk is over.</summary>
    public bool IsDone => _queries >= DhtLimits.QueriesPerLookupMax
        ? !_paths.Any(static path => path.Contacts.Any(static contact => contact.State == LookupState.Asked))
        : _paths.All(static path => path.IsDone);

    /// <summary>Begins with contacts of the table, dealt out in turn.</summary>
    public void Seed(ReadOnlySpan<DhtContact> contacts)
    {
        foreach (DhtContact contact in contacts)
        {
            Add(_turn++ % _paths.Length, contact);
        }
    }

    /// <summary>Takes a contact that a node of a path named.</summary>
    public void Add(int path, in DhtContact contact)
    {
        if (contact.Endpoint.Address.IsV4 != IsV6 && _known.Count < DhtLimits.QueriesPerLookupMax * DhtLimits.BucketSize && _known.Add(contact.Endpoint))
        {
            _paths[path].Add(new LookupContact(contact, contact.Id.DistanceTo(Target)));
        }
    }

    /// <summary>Whether a peer is new to this lookup and there is room for it.</summary>
    public bool TryAddPeer(in InternetEndpoint peer) => _peers.Count < DhtLimits.PeersPerLookupMax && _peers.Add(peer);

    /// <summary>Takes the next node to ask, and the path it is on.</summary>
    public bool TryTakeNext(out int path, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LookupContact? next)
    {
        for (path = 0; path < _paths.Length; path++)
        {
            if (_queries < DhtLimits.QueriesPerLookupMax && _paths[path].TryTakeNext(out next))
            {
                next.State = LookupState.Asked;
                _queries++;
                return true;
            }
        }

        next = null;
        return false;
    }

    /// <summary>The nearest nodes of all paths that answered, nearest first, at most eight.</summary>
    public IReadOnlyList<LookupContact> Closest() =>
        [.. _paths.SelectMany(static path => path.Contacts).Where(static contact => contact.State == LookupState.Answered).OrderBy(static contact => contact.Distance).Take(DhtLimits.BucketSize)];
}
