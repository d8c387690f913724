using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Sync;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>A control stream with a member, or with a newcomer, about one network.</summary>
internal sealed class SyncStream(ControlStream stream, Instant opened)
{
    /// <summary>The framing below.</summary>
    public ControlStream Stream { get; } = stream;

    /// <summary>When it was opened or accepted; one that never says hello is closed.</summary>
    public Instant Opened { get; } = opened;

    /// <summary>The member at the other end; null for a newcomer.</summary>
    public RemotePeer? Peer { get; init; }

    /// <summary>The newcomer at the other end; null for a member.</summary>
    public JoinGuest? Guest { get; init; }

    /// <summary>The network, once hello has named it.</summary>
    public LocalNetwork? Network { get; set; }

    /// <summary>What the other side is known to have of the log; made with the hello.</summary>
    public SyncSession? Sync { get; set; }

    /// <summary>What is left to write of the log to a newcomer.</summary>
    public IEnumerator<(IReadOnlyList<Statement> Statements, bool IsLast)>? Feed { get; set; }

    /// <summary>Stands for this stream where records remember who told them, without keeping a closed one alive.</summary>
    public object Teller { get; } = new();

    /// <summary>The revision of the whereabouts up to which they were sent.</summary>
    public ulong SentWhereabouts { get; set; }

    /// <summary>The revision of the link reports of others up to which they were sent.</summary>
    public ulong SentLinks { get; set; }

    /// <summary>The sequence of our own link report that was sent last.</summary>
    public ulong SentOwnLinks { get; set; }

    /// <summary>Whether whereabouts wait for the stream to have room.</summary>
    public bool OwesWhereabouts { get; set; }

    /// <summary>Whether what the other side sent waits until it may be worked on.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether the other side has sent a statement that no honest member sends.</summary>
    public bool IsLying { get; set; }

    /// <summary>Whether the other side reads.</summary>
    public Nuisances.ReadingPace Pace { get; } = new();

    /// <summary>Whether link reports wait for the stream to have room.</summary>
    public bool OwesLinks { get; set; }
}
