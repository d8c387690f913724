namespace Kith.Protocol.Discovery.Dht.Lookups;

/// <summary>The nodes nearest to a target as the last whole lookup of it found them, so that one of them at a time can be asked again without another lookup.</summary>
internal sealed class Neighbourhood(long operation)
{
    private readonly List<DhtContact> _contacts = [];
    private int _turn;

    /// <summary>The operation that found them.</summary>
    public long Operation { get; } = operation;

    /// <summary>Whether so few are left that a lookup is due.</summary>
    public bool IsThin => _contacts.Count < DhtLimits.NeighboursMin;

    /// <summary>One more.</summary>
    public void Add(in DhtContact contact)
    {
        if (_contacts.Count < DhtLimits.BucketSize && !_contacts.Contains(contact))
        {
            _contacts.Add(contact);
        }
    }

    /// <summary>One did not answer.</summary>
    public void Remove(in DhtContact contact) => _contacts.Remove(contact);

    /// <summary>The one whose turn it is: what lies at the target lies at all of them, and one that lies or is gone costs one turn.</summary>
    public DhtContact Next() => _contacts[_turn++ % _contacts.Count];
}
