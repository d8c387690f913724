using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>The names that records of members are looked for under, and when. Without IO: the owner asks for each that <see cref="TakeDue"/> gives and tells what came of it.</summary>
public sealed class DnsBook
{
    /// <summary>Names one node looks up.</summary>
    public const int NamesMax = 8;

    /// <summary>While members are missing a name is looked up again after this ...</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);

    /// <summary>... and then after waits that double up to this.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>While this device joins, a name is looked up this often.</summary>
    public static readonly TimeSpan JoiningWait = TimeSpan.FromSeconds(5);

    private readonly List<DnsEntry> _entries = [];
    private int _missing;

    /// <summary>The names.</summary>
    public IReadOnlyList<DnsEntry> Entries => _entries;

    /// <summary>Adds a name, in the form <c>nas.example.org</c>; false if it is none, is there already, or there are <see cref="NamesMax"/>.</summary>
    public bool Add(string text)
    {
        if (_entries.Count >= NamesMax || !IsName(text) || !DnsName.TryParse(text, out DnsName? name) || _entries.Exists(entry => entry.Name.Equals(name)))
        {
            return false;
        }

        _entries.Add(new DnsEntry(name));
        return true;
    }

    /// <summary>Whether a text is a name of the DNS with at least two labels, and room for <c>_kith</c> before them.</summary>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(text.TrimEnd('.')) == UriHostNameType.Dns && DnsName.TryParse("_kith." + text, out _);
    }

    /// <summary>How many members are not reachable; when there are more than before, and when the way to the Internet has changed, names are looked up at once.</summary>
    public void SetMissing(Instant now, int missing, bool isAnew = false)
    {
        if (missing > _missing || isAnew)
        {
            foreach (DnsEntry entry in _entries)
            {
                entry.Begin(now);
            }
        }

        _missing = missing;
    }

    /// <summary>The names that are due.</summary>
    public IReadOnlyList<DnsEntry> TakeDue(Instant now, bool isJoining)
    {
        List<DnsEntry> due = [];
        foreach (DnsEntry entry in _entries)
        {
            entry.GiveUp(now);
            if ((_missing > 0 || isJoining) && !entry.IsUnderWay && (now >= entry.Next || (isJoining && entry.Asked is { } asked && now - asked >= JoiningWait)))
            {
                entry.Ask(now);
                due.Add(entry);
            }
        }

        return due;
    }
}
