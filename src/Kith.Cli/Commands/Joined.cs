using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>What is said of this device in a network that it has just come into.</summary>
internal static class Joined
{
    /// <summary>The device's full name and addresses, ending with a full stop.</summary>
    public static string Describe(NetworkStatus network)
    {
        string name = network.Members.FirstOrDefault(member => member.Path.Kind == PathKind.Self)?.Name ?? "this device";
        string ipv4 = network.Ipv4 is null ? string.Empty : $"{network.Ipv4}, ";
        return $"{name}.{network.Name}.kith ({ipv4}{network.Ipv6}).";
    }
}
