using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Punching;

namespace Kith.Protocol.Core;

/// <summary>All that this node knows of how another device may be reached. To be read on the core's thread before anything else is called.</summary>
/// <param name="Description">How it is reached now.</param>
/// <param name="Paths">Every way that is known, with its evidence.</param>
/// <param name="Punching">What was tried to open translators, or null.</param>
/// <param name="Record">What the device last stated of itself, or null.</param>
/// <param name="HasSession">Whether a session with it is up.</param>
public sealed record PeerExplanation(PeerDescription Description, IReadOnlyList<PathState> Paths, PunchReport? Punching, Whereabouts? Record, bool HasSession)
{
    /// <summary>What each way of finding members said of it.</summary>
    public IReadOnlyList<Discovery.Sources.SourceWord> Words { get; init; } = [];
}
