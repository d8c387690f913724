using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery.Lan;

/// <summary>One machine on a <see cref="LanWorld"/>.</summary>
internal sealed record LanNode(NodeId Id, InternetEndpoint Source, LanDiscovery Machine)
{
    public List<(Instant At, LanEvent Event)> Found { get; } = [];

    public bool Knows(LanNode other) => Found.Exists(found => found.Event.Node == other.Id && found.Event.Endpoint.Address == other.Source.Address && found.Event.Endpoint.Port == 5484);
}
