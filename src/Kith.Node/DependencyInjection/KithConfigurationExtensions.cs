using System.Globalization;
using Kith.Node.Control;
using Kith.Protocol.Paths.PortMapping;
using Microsoft.Extensions.Configuration;

namespace Kith.Node;

/// <summary>Options of a node from a configuration: files, the environment, the command line.</summary>
public static class KithConfigurationExtensions
{
    // By hand, because the framework's binder needs reflection for what is immutable.

    /// <summary>The same options with whatever the configuration names. Keys are named as the properties of <see cref="KithNodeOptions"/>; lists may be one text with spaces.</summary>
    /// <param name="options">What holds where the configuration is silent.</param>
    /// <param name="section">For example the section <c>Kith</c>.</param>
    /// <exception cref="ControlException"><see cref="ControlError.Usage"/>: a key is unknown or a value cannot be understood.</exception>
    public static KithNodeOptions Apply(this KithNodeOptions options, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(section);
        foreach (IConfigurationSection entry in section.GetChildren())
        {
            options = Apply(options, entry);
        }

        return options;
    }

    private static KithNodeOptions Apply(KithNodeOptions options, IConfigurationSection entry) => entry.Key.ToUpperInvariant() switch
    {
        "STATEDIRECTORY" => options with { StateDirectory = Text(entry) },
        "JOIN" => options with { Join = entry.Value },
        "DEVICENAME" => options with { DeviceName = entry.Value },
        "NETWORKNAME" => options with { NetworkName = entry.Value },
        "PORT" => options with { Port = Number<int>(entry) },
        "USETUN" => options with { UseTun = YesNo(entry) },
        "TUNNAME" => options with { TunName = entry.Value },
        "PEERS" => options with { Peers = List(entry) },
        "USEDHT" => options with { UseDht = YesNo(entry) },
        "DHTBOOTSTRAP" => options with { DhtBootstrap = entry.Value },
        "USELAN" => options with { UseLan = YesNo(entry) },
        "TRACKERS" => options with { Trackers = List(entry) },
        "DNSNAMES" => options with { DnsNames = List(entry) },
        "STUNSERVERS" => options with { StunServers = List(entry) },
        "PORTMAPPING" => options with { PortMapping = Protocols(entry) },
        "RELAYFOROTHERS" => options with { RelayForOthers = YesNo(entry) },
        "RELAYBYTESPERSECONDMAX" => options with { RelayBytesPerSecondMax = Number<long>(entry) },
        "TCPPORT" => options with { TcpPort = Number<int>(entry) },
        _ => throw new ControlException(ControlError.Usage, $"'{entry.Path}' is no option of a node.", "KithNodeOptions names them."),
    };

    private static string Text(IConfigurationSection entry) => string.IsNullOrEmpty(entry.Value) ? throw Unreadable(entry, "a text") : entry.Value;

    private static bool YesNo(IConfigurationSection entry) => bool.TryParse(entry.Value, out bool value) ? value : throw Unreadable(entry, "true or false");

    private static T Number<T>(IConfigurationSection entry)
        where T : struct, IParsable<T> => T.TryParse(entry.Value, CultureInfo.InvariantCulture, out T value) ? value : throw Unreadable(entry, "a number");

    // Either a list, or one text with spaces.
    private static string[] List(IConfigurationSection entry)
    {
        string[] items = [.. entry.GetChildren().Select(item => item.Value ?? throw Unreadable(item, "a text"))];
        return items.Length > 0 ? items : (entry.Value ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static MappingProtocol Protocols(IConfigurationSection entry) =>
        Enum.TryParse(entry.Value, ignoreCase: true, out MappingProtocol value) && (value & ~MappingProtocol.All) == 0
            ? value
            : throw Unreadable(entry, "All, None, or some of Pcp, NatPmp, Upnp with commas between");

    private static ControlException Unreadable(IConfigurationSection entry, string wanted) =>
        new(ControlError.Usage, $"The configuration's '{entry.Path}' is to be {wanted}.", string.Empty);
}
