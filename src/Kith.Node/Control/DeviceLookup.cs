namespace Kith.Node.Control;

/// <summary>Finds the device that a user means. One place for all commands, so that all say the same.</summary>
public static class DeviceLookup
{
    /// <summary>The most names that an error message lists.</summary>
    public const int NamesShownMax = 8;

    private const string Suffix = ".kith";

    /// <summary>
    /// Finds a device by <c>name</c>, <c>name.network</c>, <c>name.network.kith</c>, virtual address, node id or the unambiguous
    /// beginning of one. A device that is in several networks under the same name is found in the first of them unless
    /// <paramref name="oneNetwork"/> asks for certainty.
    /// </summary>
    /// <param name="networks">The networks to look in.</param>
    /// <param name="text">What the user wrote.</param>
    /// <param name="network">The network to look in, or null for all.</param>
    /// <param name="oneNetwork">Whether it matters in which network the device is meant, as it does when its name or role changes.</param>
    /// <exception cref="ControlException">
    /// <see cref="ControlError.UnknownDevice"/>, <see cref="ControlError.AmbiguousDevice"/>, <see cref="ControlError.AmbiguousNetwork"/>,
    /// or <see cref="ControlError.UnknownNetwork"/> for the network named.
    /// </exception>
    public static (NetworkStatus Network, MemberStatus Member) Find(
        IReadOnlyList<NetworkStatus> networks,
        string text,
        string? network = null,
        bool oneNetwork = false)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(text);
        IReadOnlyList<NetworkStatus> within = network is null ? networks : [NetworkLookup.Find(networks, network)];
        List<(NetworkStatus Network, MemberStatus Member)> found = Matching(within, member => IsExactly(member, text));
        if (found.Count == 0)
        {
            found = MatchingQualified(within, text);
        }

        if (found.Count == 0 && text.Length >= NetworkLookup.IdPrefixMin)
        {
            found = Matching(within, member => member.Id.StartsWith(text, StringComparison.Ordinal));
        }

        if (found.Count == 0)
        {
            throw Unknown(within, text, network);
        }

        if (found.Select(match => match.Member.Id).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            throw new ControlException(
                ControlError.AmbiguousDevice,
                $"Several devices are called {text}.",
                $"Say which: {Listed(found.Select(match => $"{match.Member.Name}.{match.Network.Name}"))}");
        }

        return found.Count == 1 || !oneNetwork
            ? found[0]
            : throw new ControlException(
                ControlError.AmbiguousNetwork,
                $"{text} is in several networks; say in which one is meant.",
                $"Say which: {Listed(found.Select(match => $"{match.Member.Name}.{match.Network.Name}"))}");
    }

    private static bool IsExactly(MemberStatus member, string text) =>
        string.Equals(member.Name, text, StringComparison.OrdinalIgnoreCase)
        || string.Equals(member.Ipv6, text, StringComparison.OrdinalIgnoreCase)
        || string.Equals(member.Ipv4, text, StringComparison.Ordinal)
        || string.Equals(member.Id, text, StringComparison.Ordinal);

    private static List<(NetworkStatus Network, MemberStatus Member)> Matching(IReadOnlyList<NetworkStatus> networks, Func<MemberStatus, bool> matches) =>
        [.. networks.SelectMany(network => network.Members.Where(matches).Select(member => (network, member)))];

    private static List<(NetworkStatus Network, MemberStatus Member)> MatchingQualified(IReadOnlyList<NetworkStatus> networks, string text)
    {
        string name = text.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) ? text[..^Suffix.Length] : text;
        int dot = name.LastIndexOf('.');
        if (dot <= 0)
        {
            return [];
        }

        string device = name[..dot];
        string network = name[(dot + 1)..];
        IReadOnlyList<NetworkStatus> named = [.. networks.Where(candidate => string.Equals(candidate.Name, network, StringComparison.OrdinalIgnoreCase))];
        return Matching(named, member => string.Equals(member.Name, device, StringComparison.OrdinalIgnoreCase));
    }

    private static ControlException Unknown(IReadOnlyList<NetworkStatus> networks, string text, string? network)
    {
        string[] names = [.. networks.SelectMany(candidate => candidate.Members).Select(member => member.Name).Distinct(StringComparer.OrdinalIgnoreCase)];
        string where = network is null ? string.Empty : $" in {network}";
        string advice = names.Length == 0 ? "There are no devices yet. Invite one with: kith invite" : $"There are: {Listed(names)}";
        return new ControlException(ControlError.UnknownDevice, $"No device is called {text}{where}.", advice);
    }

    private static string Listed(IEnumerable<string> names)
    {
        string[] all = [.. names];
        string shown = string.Join(", ", all.Take(NamesShownMax));
        return all.Length <= NamesShownMax ? shown : $"{shown} and {all.Length - NamesShownMax} more (kith members)";
    }
}
