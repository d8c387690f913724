using System.CommandLine.Parsing;
using System.Globalization;
using Kith.Node;
using Kith.Node.Control;
using Kith.Protocol.Paths.PortMapping;

namespace Kith.Cli.CommandLine;

/// <summary>Reads the values of options, and says in a whole sentence what is wrong with a bad one.</summary>
internal static class Parsers
{
    /// <summary>The longest name of a network device (Linux `IFNAMSIZ` less its closing zero).</summary>
    public const int TunNameMax = 15;

    /// <summary>A UDP port.</summary>
    public static ushort? Port(ArgumentResult result)
    {
        if (TryNumber(Text(result), 1, ushort.MaxValue, out int port))
        {
            return (ushort)port;
        }

        result.AddError($"'{Text(result)}' is no port: it must be a number from 1 to 65535.");
        return null;
    }

    /// <summary>Protocols of port mapping, by commas: <c>pcp</c>, <c>natpmp</c>, <c>upnp</c>, or <c>all</c>, or <c>off</c>.</summary>
    public static MappingProtocol? PortMapping(ArgumentResult result)
    {
        MappingProtocol protocols = MappingProtocol.None;
        foreach (string word in Text(result).Split(','))
        {
            MappingProtocol? protocol = word switch
            {
                "pcp" => MappingProtocol.Pcp,
                "natpmp" => MappingProtocol.NatPmp,
                "upnp" => MappingProtocol.Upnp,
                "all" => MappingProtocol.All,
                "off" => MappingProtocol.None,
                _ => null,
            };
            if (protocol is null)
            {
                result.AddError($"'{word}' is no protocol of port mapping: write pcp, natpmp, upnp, several of them with commas, all, or off.");
                return null;
            }

            protocols |= protocol.Value;
        }

        return protocols;
    }

    /// <summary>Nodes of the DHT, by commas, or <c>none</c>; given on with spaces between.</summary>
    public static string? DhtBootstrap(ArgumentResult result)
    {
        string[] nodes = Text(result).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (nodes is ["none"] || (nodes.Length > 0 && Array.TrueForAll(nodes, KithNode.IsEndpointText)))
        {
            return string.Join(' ', nodes);
        }

        result.AddError($"'{Text(result)}' names no nodes of the DHT: write HOST:PORT, several of them with commas, or none.");
        return null;
    }

    /// <summary>Bytes a second: a whole number, with <c>k</c>, <c>M</c> or <c>G</c> behind it for thousands, millions and milliards.</summary>
    public static long? Rate(ArgumentResult result)
    {
        string text = Text(result);
        int factor = text.Length == 0 ? 1 : text[^1] switch
        {
            'k' or 'K' => 1_000,
            'M' => 1_000_000,
            'G' => 1_000_000_000,
            _ => 1,
        };
        if (TryNumber(factor == 1 ? text : text[..^1], 0, int.MaxValue, out int number))
        {
            return (long)number * factor;
        }

        result.AddError($"'{text}' is no rate: write bytes a second, for example 500k or 20M, or 0 for no limit.");
        return null;
    }

    /// <summary>A TCP port, or 0 for the word off.</summary>
    public static ushort? TcpPort(ArgumentResult result)
    {
        if (Text(result) == "off")
        {
            return 0;
        }

        if (TryNumber(Text(result), 1, ushort.MaxValue, out int port))
        {
            return (ushort)port;
        }

        result.AddError($"'{Text(result)}' is no port: it must be a number from 1 to 65535, or off.");
        return null;
    }

    /// <summary>A number of at least one.</summary>
    public static int Positive(ArgumentResult result)
    {
        if (TryNumber(Text(result), 1, int.MaxValue, out int number))
        {
            return number;
        }

        result.AddError($"'{Text(result)}' must be a whole number of at least 1.");
        return 0;
    }

    /// <summary>A span of time.</summary>
    public static TimeSpan Span(ArgumentResult result)
    {
        if (Duration.TryParse(Text(result), out TimeSpan span))
        {
            return span;
        }

        result.AddError($"'{Text(result)}' is no span of time: write for example 30m, 24h or 7d, at most ten years.");
        return TimeSpan.Zero;
    }

    /// <summary>A role.</summary>
    public static MemberRole Role(ArgumentResult result)
    {
        switch (Text(result))
        {
            case "member":
                return MemberRole.Member;
            case "admin":
                return MemberRole.Admin;
            default:
                result.AddError($"'{Text(result)}' is no role: it must be member or admin.");
                return MemberRole.Member;
        }
    }

    /// <summary>The name of a TUN device.</summary>
    public static string? TunName(ArgumentResult result)
    {
        string text = Text(result);
        if (text.Length is > 0 and <= TunNameMax && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'))
        {
            return text;
        }

        result.AddError($"'{text}' is no name for a network device: up to {TunNameMax} letters, digits, '-', '_' and '.'.");
        return null;
    }

    /// <summary>Addresses, <c>HOST:PORT</c> each, or <c>none</c> alone.</summary>
    public static string[] Peers(ArgumentResult result)
    {
        string[] peers = [.. result.Tokens.Select(token => token.Value)];
        foreach (string peer in peers.Where(peer => !IsPeer(peer) && (peer != "none" || peers.Length > 1)))
        {
            result.AddError($"'{peer}' is no address: write HOST:PORT, and an IPv6 address in brackets; or none alone.");
        }

        return peers;
    }

    /// <summary>Addresses of trackers, or <c>none</c> alone.</summary>
    public static string[] Trackers(ArgumentResult result)
    {
        string[] trackers = [.. result.Tokens.Select(token => token.Value)];
        foreach (string tracker in trackers.Where(tracker => !KithNode.IsTrackerText(tracker) && (tracker != "none" || trackers.Length > 1)))
        {
            result.AddError($"'{tracker}' is no tracker: write udp://HOST:PORT, http://HOST[:PORT]/announce, or none alone.");
        }

        return trackers;
    }

    /// <summary>Names of the DNS, or <c>none</c> alone.</summary>
    public static string[] DnsNames(ArgumentResult result)
    {
        string[] names = [.. result.Tokens.Select(token => token.Value)];
        foreach (string name in names.Where(name => !KithNode.IsDnsNameText(name) && (name != "none" || names.Length > 1)))
        {
            result.AddError($"'{name}' is no name of the DNS: write for example nas.example.org, or none alone.");
        }

        return names;
    }

    /// <summary>One name of the DNS.</summary>
    public static string? DnsName(ArgumentResult result)
    {
        if (KithNode.IsDnsNameText(Text(result)))
        {
            return Text(result);
        }

        result.AddError($"'{Text(result)}' is no name of the DNS: write for example nas.example.org.");
        return null;
    }

    /// <summary>STUN servers, <c>HOST</c> or <c>HOST:PORT</c> each.</summary>
    public static string[] StunServers(ArgumentResult result)
    {
        string[] servers = [.. result.Tokens.Select(token => token.Value)];
        foreach (string server in servers.Where(server => !IsPeer(server) && !IsPeer($"{server}:1")))
        {
            result.AddError($"'{server}' is no server: write HOST or HOST:PORT, and an IPv6 address in brackets.");
        }

        return servers;
    }

    private static bool IsPeer(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !TryNumber(text[(colon + 1)..], 1, ushort.MaxValue, out _))
        {
            return false;
        }

        string host = text[..colon];
        return host.StartsWith('[') && host.EndsWith(']')
            ? Uri.CheckHostName(host) == UriHostNameType.IPv6
            : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
    }

    private static bool TryNumber(string text, int min, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max;

    private static string Text(ArgumentResult result) => result.Tokens.Count == 0 ? string.Empty : result.Tokens[^1].Value;
}
