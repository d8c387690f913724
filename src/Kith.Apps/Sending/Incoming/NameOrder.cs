namespace Kith.Apps.Sending.Incoming;

/// <summary>Names in a folder come in order: so none comes twice, and two files never write to one place.</summary>
internal sealed class NameOrder
{
    private string _last = string.Empty;

    /// <summary>Takes the next name; false if it does not come after the one before.</summary>
    public bool TryNext(string name)
    {
        if (string.CompareOrdinal(name, _last) <= 0)
        {
            return false;
        }

        _last = name;
        return true;
    }
}
