using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Relay;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>One network as this node holds it: its log, this device's place in it and the rendezvous secret.</summary>
internal sealed class LocalNetwork(MembershipLog log, NodeId self)
{
    /// <summary>The statements and the state folded from them.</summary>
    public MembershipLog Log { get; } = log;

    /// <summary>Which network.</summary>
    public NetworkId Id => Log.Id;

    /// <summary>This device as the state has it, or null when it is not, or no longer, a member.</summary>
    public Member? Self => Log.State.Members.GetValueOrDefault(self);

    /// <summary>The newest rendezvous secret this device knows, or null.</summary>
    public NetworkSecret? Secret { get; set; }

    /// <summary>The secret before it, as long as something of ours may lie in the DHT under it.</summary>
    public NetworkSecret? ReplacedSecret { get; set; }

    /// <summary>The epoch of <see cref="Secret"/>; 0 when there is none.</summary>
    public uint SecretEpoch => Secret?.Epoch ?? 0;

    /// <summary>What of this device's whereabouts lies in the DHT.</summary>
    public Publication Published { get; } = new();

    /// <summary>When members may next be asked for a newer secret.</summary>
    public Instant NextSecretAsk { get; set; }

    /// <summary>When this device, as an admin, replaces a secret that someone knows who has left; <see cref="Instant.Never"/> while none is stale.</summary>
    public Instant ReplaceSecretAt { get; set; } = Instant.Never;

    /// <summary>What the members state of their links.</summary>
    public LinkTable Links { get; } = new();

    /// <summary>What this device last stated of its own; null before the first time.</summary>
    public LinkReport? OwnLinks { get; set; }

    /// <summary>When that was.</summary>
    public Instant OwnLinksAt { get; set; }

    /// <summary>The highest sequence this device is known to have stated.</summary>
    public ulong OwnLinksSequence { get; set; }

    /// <summary>How many of the log's statements are stored.</summary>
    public int StoredCount { get; set; }

    /// <summary>The last statement of this device that may have been sent to anybody; null if none was, or that is not known.</summary>
    public Head? OwnHead { get; set; }

    /// <summary>Whether <see cref="OwnHead"/> is kept on disk as it is.</summary>
    public bool IsOwnHeadKept { get; set; }

    /// <summary>When <see cref="NetworkMemory"/> is next written; <see cref="Instant.Never"/> while what is kept is up to date.</summary>
    public Instant KeepMemoryAt { get; set; } = Instant.Never;

    /// <summary>What is being done about statements that are missing; null while none is.</summary>
    public LogRepair? Repair { get; set; }

    /// <summary>Whether this device is a member; once it has left or was removed nothing is exchanged any more.</summary>
    public bool IsActive => Self is not null;

    /// <summary>What <see cref="IsActive"/> was when it was last looked at.</summary>
    public bool WasActive { get; set; }

    /// <summary>The document that keeps the secret across restarts.</summary>
    public string SecretDocument => "secret." + Id.ToString();

    /// <summary>The document that keeps <see cref="OwnHead"/>: sequence u64 and hash 32.</summary>
    public string OwnHeadDocument => "own." + Id.ToString();

    /// <summary>The documents that keep the <see cref="NetworkMemory"/>, both the same: it is what is left where statements are damaged.</summary>
    public IReadOnlyList<string> MemoryDocuments => ["memory." + Id.ToString(), "memory2." + Id.ToString()];
}
