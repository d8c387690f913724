using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>What a DHT node is told once.</summary>
public sealed record DhtOptions
{
    /// <summary>Whether to take part over IPv4.</summary>
    public bool UseIPv4 { get; init; } = true;

    /// <summary>Whether to take part over IPv6.</summary>
    public bool UseIPv6 { get; init; } = true;

    /// <summary>Whether to ask only, because nobody could reach us (BEP 43). Can be changed later.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether this node begins a DHT of its own: it answers although it knows nobody yet.</summary>
    public bool IsFirst { get; init; }

    /// <summary>Endpoints to begin with; more can be added.</summary>
    public IReadOnlyList<InternetEndpoint> Bootstrap { get; init; } = [];
}
