using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;

namespace Kith.Protocol.Core;

/// <summary>An invite that somebody may come with, as far as it is tended in the DHT.</summary>
internal sealed class OpenInvite(LocalNetwork network)
{
    /// <summary>The network it lets into.</summary>
    public LocalNetwork Network { get; } = network;

    /// <summary>The word that lies there of who serves it.</summary>
    public Publication Word { get; } = new();

    /// <summary>How often calls for it were looked for.</summary>
    public int Lookups { get; set; }

    /// <summary>The call that was last answered, and how often.</summary>
    public (NodeId Caller, ulong Sequence, int Times) Answered { get; set; }
}
