using System.Text.RegularExpressions;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>
/// The names of all members of all networks at one moment. Names come from other members, so only what is a host name is taken (letters, digits, inner
/// hyphens; RFC 1123 section 2.1), and nothing that every machine already has a meaning for becomes a short name. Immutable.
/// </summary>
public sealed partial class NameTable
{
    /// <summary>The suffix of all names unless set otherwise.</summary>
    public const string DefaultSuffix = "kith";

    /// <summary>The most names.</summary>
    public const int EntriesMax = 4096;

    /// <summary>The most networks.</summary>
    public const int NetworksMax = 64;

    /// <summary>The most addresses of one name.</summary>
    public const int AddressesPerEntryMax = 8;

    // Single labels that resolvers and programs know (RFC 6761, hosts files of common systems).
    private static readonly HashSet<string> s_reserved =
    [
        "localhost", "localdomain", "broadcasthost", "ip6-localhost", "ip6-loopback", "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters",
        "local", "invalid", "test", "example", "onion", "wpad", "isatap", "_gateway",
    ];

    /// <summary>Takes a picture. Names that are none, and second ones, are left out; the first network's claim to a name stands.</summary>
    /// <param name="suffix">What all full names end with, one label or several.</param>
    /// <param name="networks">In order of precedence; the first <see cref="NetworksMax"/> count.</param>
    /// <exception cref="FormatException">The suffix is not a domain name.</exception>
    public NameTable(string suffix, IReadOnlyList<NamedNetwork> networks)
    {
        Suffix = DnsName.Parse(suffix);
        Networks = [.. networks.Where(static network => IsLabel(network.Name)).Take(NetworksMax)];
        Dictionary<string, int> shortNames = [];
        foreach (NamedDevice device in Networks.SelectMany(static network => network.Devices))
        {
            string name = Lower(device.Name);
            shortNames[name] = shortNames.GetValueOrDefault(name) + 1;
        }

        HashSet<string> taken = [];
        List<NameEntry> entries = [];
        foreach (NamedNetwork network in Networks)
        {
            foreach (NamedDevice device in network.Devices)
            {
                string name = Lower(device.Name);
                string fullName = $"{name}.{Lower(network.Name)}.{suffix.TrimEnd('.')}";
                if (entries.Count < EntriesMax && IsLabel(name) && DnsName.TryParse(fullName, out _) && taken.Add(fullName))
                {
                    string? shortName = shortNames[name] == 1 && !s_reserved.Contains(name) ? name : null;
                    entries.Add(new NameEntry(fullName, shortName, [.. device.Addresses.Take(AddressesPerEntryMax)]));
                }
            }
        }

        Entries = entries;
    }

    /// <summary>No names.</summary>
    public static NameTable Empty { get; } = new(DefaultSuffix, []);

    /// <summary>What all full names end with.</summary>
    public DnsName Suffix { get; }

    /// <summary>The networks.</summary>
    public IReadOnlyList<NamedNetwork> Networks { get; }

    /// <summary>The names, in order of networks and devices.</summary>
    public IReadOnlyList<NameEntry> Entries { get; }

    /// <summary>This node's own virtual addresses.</summary>
    public IReadOnlyList<InternetAddress> OwnAddresses => [.. Networks.SelectMany(static network => network.OwnAddresses).Distinct()];

    /// <summary>All ranges of virtual addresses.</summary>
    public IReadOnlyList<InternetPrefix> Prefixes => [.. Networks.SelectMany(static network => network.Prefixes).Distinct()];

    /// <summary>The domains under which a device's name alone is looked for: one for each network.</summary>
    public IReadOnlyList<string> SearchDomains => [.. Networks.Select(network => $"{Lower(network.Name)}.{Suffix}").Distinct()];

    /// <summary>Whether two tables say the same.</summary>
    public bool IsSameAs(NameTable other) => Suffix.Equals(other.Suffix)
        && Entries.Count == other.Entries.Count
        && Entries.Zip(other.Entries).All(static pair => pair.First.FullName == pair.Second.FullName && pair.First.ShortName == pair.Second.ShortName
            && pair.First.Addresses.SequenceEqual(pair.Second.Addresses))
        && OwnAddresses.SequenceEqual(other.OwnAddresses) && Prefixes.SequenceEqual(other.Prefixes) && SearchDomains.SequenceEqual(other.SearchDomains);

    /// <summary>Whether a text may stand as one label of a host name.</summary>
    public static bool IsLabel(string text) => LabelPattern().IsMatch(text);

#pragma warning disable CA1308 // Names are written in lower case in DNS and in hosts files.
    private static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308

    [GeneratedRegex(@"\A[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex LabelPattern();
}
