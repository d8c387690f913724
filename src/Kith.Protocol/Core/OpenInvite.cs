using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;

namespace Kith.Protocol.Core;

/// <summary>An invite that somebody may come with, as far as it is tended in the DHT.</summary>
internal sealed class OpenInvite(LocalNetwork network)
{
    private (NodeId Caller, ulong Sequence, int Times) _answered;

    /// <summary>The network it lets into.</summary>
    public LocalNetwork Network { get; } = network;

    /// <summary>The word that lies there of who serves it.</summary>
    public Publication Word { get; } = new();

    /// <summary>How often calls for it were looked for.</summary>
    public int Lookups { get; set; }

    /// <summary>Whether a call is to be answered now: one and the same at most <see cref="RendezvousTimings.AnswersPerCallMax"/> times.</summary>
    public bool TryAnswer(NodeId caller, ulong sequence)
    {
        int times = _answered.Caller == caller && _answered.Sequence == sequence ? _answered.Times : 0;
        if (times >= RendezvousTimings.AnswersPerCallMax)
        {
            return false;
        }

        _answered = (caller, sequence, times + 1);
        return true;
    }
}
