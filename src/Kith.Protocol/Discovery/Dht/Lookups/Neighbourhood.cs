namespace Kith.Protocol.Discovery.Dht.Lookups;

/// <summary>The nodes nearest to a target as the last whole lookup of it found them, so that one of them at a time can be asked again without another lookup.</summary>
internal sealed class Neighbourhood(long operation)
{
    private readonly List<DhtContact> _contacts = [];
    private readonly HashSet<DhtContact> _silent = [];
    private int _found;
    private int _turn;

    /// <summary>The operation that found them.</summary>
    public long Operation { get; } = operation;

    /// <summary>Whether so few are left that a lookup is due: fewer than half. What is put lies at the nearest nodes of that time, and the few that are left need not be among them.</summary>
    public bool IsThin => _contacts.Count == 0 || _contacts.Count * 2 < _found;

    /// <summary>One more.</summary>
    public void Add(in DhtContact contact)
    {
        if (_contacts.Count < DhtLimits.BucketSize && !_contacts.Contains(contact))
        {
            _contacts.Add(contact);
            _found++;
        }
    }

    /// <summary>One answered.</summary>
    public void NoteAnswer(in DhtContact contact) => _silent.Remove(contact);

    /// <summary>One did not answer: forgotten if it is so for the second time in a row, as a packet may be lost.</summary>
    public void NoteSilence(in DhtContact contact)
    {
        if (!_silent.Add(contact))
        {
            _silent.Remove(contact);
            _contacts.Remove(contact);
        }
    }

    /// <summary>The one whose turn it is: what lies at the target lies at all of them, and one that lies or is gone costs one turn.</summary>
    public DhtContact Next() => _contacts[_turn++ % _contacts.Count];
}
