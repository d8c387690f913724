using Kith.Protocol.Wire;

namespace Kith.Protocol.Identity;

/// <summary>A member that a newcomer can try, and where it was last seen. The endpoints may be wrong by now; the key cannot.</summary>
/// <param name="Node">The member.</param>
/// <param name="Endpoints">Where it might be, at most <see cref="EndpointsMax"/>. Scopes mean nothing elsewhere and are not carried.</param>
public sealed record InviteHint(NodeId Node, IReadOnlyList<InternetEndpoint> Endpoints)
{
    /// <summary>The most endpoints a hint has.</summary>
    public const int EndpointsMax = 4;

    /// <summary>The most endpoints for TCP that a hint has.</summary>
    public const int TcpEndpointsMax = 2;

    /// <summary>Where it takes TCP connections from newcomers whose network blocks UDP, at most <see cref="TcpEndpointsMax"/>.</summary>
    public IReadOnlyList<InternetEndpoint> TcpEndpoints { get; init; } = [];
}
