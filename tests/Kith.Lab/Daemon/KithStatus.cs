using System.Text.Json;

namespace Kith.Lab.Daemon;

/// <summary>What `kith status --json` prints, read with the lab's own types so that a change of the format is noticed here.</summary>
internal sealed record KithStatus(KithNodeFacts Node, IReadOnlyList<KithNetwork> Networks)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads the command's output.</summary>
    public static KithStatus Parse(string json) =>
        JsonSerializer.Deserialize<KithStatus>(json, Format) ?? throw new JsonException("null");

    /// <summary>The network of that name.</summary>
    public KithNetwork Network(string name) =>
        Networks.FirstOrDefault(network => network.Name == name)
        ?? throw new Harness.LabException($"{Node.Name} is not in {name} but in: {string.Join(' ', Networks.Select(network => network.Name))}");
}

internal sealed record KithNodeFacts(string Id, string Name, string Version, int Port, string? Tun);

internal sealed record KithNetwork(
    string Id, string Name, string Role, string Ipv6, string? Ipv4, long Statements, IReadOnlyList<KithMember> Members, bool Repairing = false)
{
    /// <summary>The member of that name, or null.</summary>
    public KithMember? Find(string name) => Members.FirstOrDefault(member => member.Name == name);
}

internal sealed record KithMember(
    string Id, string Name, string Role, string Ipv6, string? Ipv4, bool Online, DateTimeOffset? LastSeen, KithPath Path);

internal sealed record KithPath(string Kind, string? Endpoint, string? Via, double? RttMilliseconds, int? Mtu);
