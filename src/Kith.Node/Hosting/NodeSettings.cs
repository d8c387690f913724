using System.Text.Json;
using System.Text.Json.Serialization;
using Kith.Node.Control;
using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Paths.PortMapping;

namespace Kith.Node.Hosting;

/// <summary>What a node remembers of how it was started.</summary>
internal sealed record NodeSettings
{
    /// <summary>The document it is kept in.</summary>
    public const string Document = "settings.json";

    /// <summary>The document that holds the same: no other device has it, and what was switched off must not come on again because a bit fell over.</summary>
    public const string SecondDocument = "settings-copy.json";

    /// <summary>The device's name in networks it creates or joins.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The TUN device's name.</summary>
    public string? TunName { get; init; }

    /// <summary>False where the node was told to do without a TUN device; that none could be had is not remembered.</summary>
    public bool? UseTun { get; init; }

    /// <summary>The UDP port.</summary>
    public ushort? Port { get; init; }

    /// <summary>The UDP port that was got where any was wanted: members may still look for this node there.</summary>
    public ushort? LastPort { get; init; }

    /// <summary>The protocols by which ports are mapped; none if that is switched off.</summary>
    public MappingProtocol? PortMapping { get; init; }

    /// <summary>Whether packets are passed on between other members.</summary>
    public bool? RelayForOthers { get; init; }

    /// <summary>How many bytes a second are passed on at most; 0 for no limit.</summary>
    public long? RelayBytesPerSecondMax { get; init; }

    /// <summary>The TCP port for members that UDP is blocked for; 0 for none.</summary>
    public ushort? TcpPort { get; init; }

    /// <summary>The TCP port that is offered, or null.</summary>
    [JsonIgnore]
    public ushort? OfferedTcpPort => TcpPort is > 0 ? TcpPort : null;

    /// <summary>The STUN servers that may be asked, with spaces between them; empty for none.</summary>
    public string? StunServers { get; init; }

    /// <summary>Whether members are also looked for in the DHT.</summary>
    public bool? UseDht { get; init; }

    /// <summary>The nodes the DHT is entered through, with spaces between.</summary>
    public string? DhtBootstrap { get; init; }

    /// <summary>Whether members are looked for by multicast on the local network.</summary>
    public bool? UseLan { get; init; }

    /// <summary>Whether members are tried where they were last known to be.</summary>
    public bool? UseCache { get; init; }

    /// <summary>The trackers this node announces itself to, with spaces between them; empty for none.</summary>
    public string? Trackers { get; init; }

    /// <summary>The names under which records of members are looked for in the DNS, with spaces between them; empty for none.</summary>
    public string? DnsNames { get; init; }

    /// <summary>Addresses of members that were given by hand, <c>HOST:PORT</c> with spaces between them; empty for none.</summary>
    public string? Peers { get; init; }

    /// <summary>The trackers as the core wants them.</summary>
    [JsonIgnore]
    public IReadOnlyList<TrackerUrl> TrackerUrls =>
        [.. (Trackers ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => TrackerUrl.TryParse(text, out TrackerUrl? url) ? url : null).OfType<TrackerUrl>()];

    /// <summary>Reads them; defaults where there are none.</summary>
    public static NodeSettings Load(INodeStore store)
    {
        try
        {
            return store.TryReadDocument(Document, out byte[]? content) || store.TryReadDocument(SecondDocument, out content)
                ? JsonSerializer.Deserialize(content, NodeSettingsJson.Default.NodeSettings) ?? new NodeSettings()
                : new NodeSettings();
        }
        catch (JsonException)
        {
            // The store's checksum held, so this is of another version; what is not understood is asked for anew.
            return new NodeSettings();
        }
    }

    /// <summary>What is to be remembered from now on: what is given now, else what was before, else its default.</summary>
    public NodeSettings With(NodeStartOptions options) => new()
    {
        DeviceName = options.DeviceName ?? DeviceName ?? Protocol.Membership.DeviceName.FromText(Environment.MachineName),
        UseTun = options.UseTun == true ? null : options.UseTun ?? UseTun,
        TunName = options.TunName ?? TunName ?? KithNode.DefaultTunName,
        Port = options.Port ?? Port ?? ControlConstants.Port,
        LastPort = LastPort,
        PortMapping = options.PortMapping ?? PortMapping,
        RelayForOthers = options.RelayForOthers ?? RelayForOthers,
        RelayBytesPerSecondMax = options.RelayBytesPerSecondMax ?? RelayBytesPerSecondMax,
        TcpPort = options.TcpPort ?? TcpPort,
        StunServers = Joined(options.StunServers) ?? StunServers,
        UseDht = options.UseDht ?? UseDht,
        DhtBootstrap = options.DhtBootstrap ?? DhtBootstrap,
        UseLan = options.UseLan ?? UseLan,
        UseCache = options.UseCache ?? UseCache,
        DnsNames = Joined(options.DnsNames) ?? DnsNames,
        Trackers = Joined(options.Trackers) ?? Trackers,
        Peers = Joined(options.Peers) ?? Peers,
    };

    /// <summary>Whether both documents are there and the same.</summary>
    public static bool IsKeptTwice(INodeStore store) =>
        store.TryReadDocument(Document, out byte[]? first) && store.TryReadDocument(SecondDocument, out byte[]? second) && first.AsSpan().SequenceEqual(second);

    /// <summary>Stores them.</summary>
    public StoreResult Save(INodeStore store)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(this, NodeSettingsJson.Default.NodeSettings);
        StoreResult first = store.ReplaceDocument(Document, content);
        return first.IsOk ? store.ReplaceDocument(SecondDocument, content) : first;
    }

    private static string? Joined(IReadOnlyList<string>? items) => items is null ? null : string.Join(' ', items);
}

/// <summary>The JSON form of <see cref="NodeSettings"/>.</summary>
[JsonSerializable(typeof(NodeSettings))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class NodeSettingsJson : JsonSerializerContext;
