namespace Kith.Protocol.Discovery.Dht.Lookups;

/// <summary>One of the disjoint paths of a lookup: the nodes it knows of, nearest first. What one path learns no other asks.</summary>
internal sealed class LookupPath
{
    private readonly List<LookupContact> _contacts = [];

    /// <summary>Nearest first, at most <see cref="DhtLimits.PathContactsMax"/> and those already asked.</summary>
    public IReadOnlyList<LookupContact> Contacts => _contacts;

    /// <summary>Whether nobody is left to ask or to wait for among the nearest.</summary>
    public bool IsDone => !TryFindNext(out _) && !_contacts.Exists(static contact => contact.State is LookupState.Asked or LookupState.Slow);

    /// <summary>Takes a node in its place; the farthest that was not asked gives way.</summary>
    public void Add(LookupContact contact)
    {
        int index = _contacts.FindIndex(other => contact.Distance.CompareTo(other.Distance) < 0);
        _contacts.Insert(index < 0 ? _contacts.Count : index, contact);
        if (_contacts.Count(static other => other.State == LookupState.New) > DhtLimits.PathContactsMax)
        {
            _contacts.RemoveAt(_contacts.FindLastIndex(static other => other.State == LookupState.New));
        }
    }

    /// <summary>The next one to ask, if one more may be asked now: the nearest among the best eight that did not fail.</summary>
    public bool TryTakeNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LookupContact? next)
    {
        next = null;
        return _contacts.Count(static contact => contact.State == LookupState.Asked) < DhtLimits.Parallelism && TryFindNext(out next);
    }

    // Those named by a node whose others were not there come last, but they come.
    private bool TryFindNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LookupContact? next) => TryFindNext(false, out next) || TryFindNext(true, out next);

    private bool TryFindNext(bool doubtful, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LookupContact? next)
    {
        int alive = 0;
        foreach (LookupContact contact in _contacts)
        {
            if (contact.State == LookupState.New && (contact.Namer?.IsDoubtful ?? false) == doubtful)
            {
                next = contact;
                return true;
            }

            // A slow one may never answer, so it does not count among the best.
            alive += contact.State is LookupState.Answered or LookupState.Asked ? 1 : 0;
            if (alive == DhtLimits.BucketSize)
            {
                break;
            }
        }

        next = null;
        return false;
    }
}
