namespace Kith.Node.Control;

/// <summary>Finds the network that a user means. One place for all commands, so that all say the same.</summary>
public static class NetworkLookup
{
    /// <summary>The shortest beginning of an id that is taken for it, in characters.</summary>
    public const int IdPrefixMin = 6;

    /// <summary>Finds a network by name, id, or the unambiguous beginning of an id; null means the only one.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.UnknownNetwork"/> or <see cref="ControlError.AmbiguousNetwork"/>.</exception>
    public static NetworkStatus Find(IReadOnlyList<NetworkStatus> networks, string? text)
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (text is null)
        {
            return networks.Count switch
            {
                1 => networks[0],
                0 => throw new ControlException(
                    ControlError.UnknownNetwork,
                    "This device is in no network.",
                    "Found one with: kith create NAME, or join one with: kith join INVITE"),
                _ => throw new ControlException(
                    ControlError.AmbiguousNetwork,
                    "This device is in several networks; name the one that is meant.",
                    $"They are: {Names(networks)}"),
            };
        }

        List<NetworkStatus> found = [.. networks.Where(network => string.Equals(network.Name, text, StringComparison.OrdinalIgnoreCase))];
        if (found.Count == 0 && text.Length >= IdPrefixMin)
        {
            found = [.. networks.Where(network => network.Id.StartsWith(text, StringComparison.Ordinal))];
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new ControlException(
                ControlError.UnknownNetwork,
                $"This device is in no network called {text}.",
                networks.Count == 0 ? "It is in none at all. Found one with: kith create NAME" : $"It is in: {Names(networks)}"),
            _ => throw new ControlException(
                ControlError.AmbiguousNetwork,
                $"Several networks are called {text}; name the one that is meant by its id.",
                string.Join(", ", found.Select(network => network.Id))),
        };
    }

    private static string Names(IReadOnlyList<NetworkStatus> networks) => string.Join(", ", networks.Select(network => network.Name));
}
