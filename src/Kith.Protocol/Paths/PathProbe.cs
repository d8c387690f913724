using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>A ping to be sealed and sent to one endpoint, whatever path data takes meanwhile.</summary>
/// <param name="Endpoint">Where to.</param>
/// <param name="Id">The ping's id.</param>
/// <param name="PaddingBytes">Zeros behind the header; must leave in one piece (don't fragment).</param>
public readonly record struct PathProbe(InternetEndpoint Endpoint, ulong Id, int PaddingBytes)
{
    /// <summary>Time to live: 0 for the usual. A low one opens our own translator and dies before the peer's.</summary>
    public byte Ttl { get; init; }

    /// <summary>The frame.</summary>
    public PathPing ToPing() => new(Id, 0, PaddingBytes);
}
