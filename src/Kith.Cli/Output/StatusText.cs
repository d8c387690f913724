using Kith.Node.Control;

namespace Kith.Cli.Output;

/// <summary>A node, its networks and members as text.</summary>
internal static class StatusText
{
    /// <summary>Writes all of it: what `kith status` prints.</summary>
    public static void Write(Terminal terminal, NodeStatus status, DateTimeOffset now)
    {
        NodeSummary node = status.Node;
        string tun = node.Tun is null ? "in user space" : "device " + node.Tun;
        terminal.WriteLine($"{terminal.Styled(node.Name, TextStyle.Bold)} is up, UDP port {node.Port}, {tun}, version {node.Version}");
        terminal.WriteLine(terminal.Styled("id " + node.Id, TextStyle.Dim));
        if (node.WithoutTun is not null)
        {
            terminal.WriteLine(UserSpace(node));
            terminal.WriteLine(terminal.Styled(node.TunAdvice ?? string.Empty, TextStyle.Dim));
        }

        if (node.RelayedBytes > 0)
        {
            terminal.WriteLine($"passed on for other members: {Words.Bytes(node.RelayedBytes)}");
        }

        if (status.Nat is { } nat)
        {
            terminal.WriteLine($"to the Internet: {nat.Text}{((nat.Ipv4 ?? nat.Ipv6) is { } outside ? $"; seen at {outside}" : string.Empty)}");
        }

        if (status.Upkeep is { } upkeep)
        {
            terminal.WriteLine($"by itself it sent {Words.Bytes(upkeep.SentBytes)} in the last {upkeep.OverMinutes} min, of at most {Words.Bytes(upkeep.BudgetPerHour)} an hour");
        }

        foreach (DamageStatus damage in status.Damages ?? [])
        {
            terminal.WriteLine($"damaged: {damage.File} ({damage.Damage}); set aside as {damage.SetAside}: {damage.Loss}");
        }

        foreach (NuisanceStatus nuisance in status.Nuisances ?? [])
        {
            terminal.WriteLine($"{nuisance.Device} {nuisance.Text}; to cut it off: kith revoke {nuisance.Device}");
        }

        if (status.Networks.Count == 0)
        {
            terminal.WriteLine();
            terminal.WriteLine("In no network. Found one with: kith create NAME, or join one with: kith join INVITE");
        }

        foreach (NetworkStatus network in status.Networks)
        {
            terminal.WriteLine();
            WriteNetwork(terminal, network, now);
        }
    }

    /// <summary>Writes a network and its members.</summary>
    public static void WriteNetwork(Terminal terminal, NetworkStatus network, DateTimeOffset now)
    {
        int online = network.Members.Count(member => member.Online);
        terminal.WriteLine(
            $"{terminal.Styled(network.Name, TextStyle.Bold)}: {Words.Count(network.Members.Count, "member", "members")}, {online} online, "
            + $"you are {(network.Role == MemberRole.Admin ? "an admin" : "a member")}, {Words.Count(network.Statements, "statement", "statements")}");
        if (network.Repairing)
        {
            terminal.WriteLine("Statements are missing here and are being fetched from members; until then nothing can be changed from this device.");
        }

        foreach (string line in MembersTable(network, now).Lines(terminal))
        {
            terminal.WriteLine(line);
        }
    }

    /// <summary>The members of a network as a table.</summary>
    public static TextTable MembersTable(NetworkStatus network, DateTimeOffset now)
    {
        TextTable table = new("  ", "NAME", "ROLE", "IPV4", "IPV6", "SEEN", "PATH", "RTT");
        foreach (MemberStatus member in network.Members)
        {
            TextStyle style = member.Online ? TextStyle.Plain : TextStyle.Dim;
            table.Add(
                (member.Name, style),
                (Words.Of(member.Role), style),
                (member.Ipv4 ?? Words.Nothing, style),
                (member.Ipv6, style),
                (Words.Seen(member, now), member.Online ? TextStyle.Green : TextStyle.Dim),
                (member.Path.Kind == PathKind.Self ? Words.Nothing : Words.Of(member.Path), style),
                (Words.Milliseconds(member.Path.RttMilliseconds), style));
        }

        return table;
    }

    /// <summary>What a person wants to know when the node has come up or joined: name, addresses, how to go on.</summary>
    public static IEnumerable<string> Welcome(NodeStatus status, string stateDirectory)
    {
        int width = status.Networks.Count == 0 ? 0 : status.Networks.Max(network => network.Name.Length);
        yield return $"Kith is up. This device is {status.Node.Name}, UDP port {status.Node.Port}.";
        foreach (NetworkStatus network in status.Networks)
        {
            string ipv4 = network.Ipv4 is null ? string.Empty : network.Ipv4 + "  ";
            yield return $"  {network.Name.PadRight(width)}  "
                + $"{NameIn(network, status.Node)}.{network.Name}.kith  {ipv4}{network.Ipv6}  "
                + $"({Words.Count(network.Members.Count, "member", "members")})";
        }

        if (status.Node.WithoutTun is not null)
        {
            yield return UserSpace(status.Node);
        }

        if (status.Networks.Count == 0)
        {
            yield return "  In no network. Found one: kith create NAME, or join one: kith join INVITE";
        }
        else
        {
            yield return "Bring in another device:  kith invite   (then, there: kith up --join INVITE)";
        }

        yield return $"State is kept in:         {stateDirectory}";
    }

    private static string UserSpace(NodeSummary node) =>
        $"In user space ({node.WithoutTun}): programs reach members through kith forward, proxy, ssh and run.";

    private static string NameIn(NetworkStatus network, NodeSummary node) =>
        network.Members.FirstOrDefault(member => member.Path.Kind == PathKind.Self)?.Name ?? node.Name;
}
