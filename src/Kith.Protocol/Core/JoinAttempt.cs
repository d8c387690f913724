using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>
/// One attempt to join: this node speaks as the invite's key until a member lets it in. Several members are called at once;
/// the first that answers serves, and the next one takes over if it fails.
/// </summary>
internal sealed class JoinAttempt(long operation, InviteLine invite, NodeKey inviteKey, TunnelMachine machine, NodeId self, Instant started, Instant deadline) : IDisposable
{
    /// <summary>What the events name this attempt by.</summary>
    public long Operation { get; } = operation;

    /// <summary>The invite.</summary>
    public InviteLine Invite { get; } = invite;

    /// <summary>The invite's key pair.</summary>
    public NodeKey InviteKey { get; } = inviteKey;

    /// <summary>The tunnel machine of the invite's key.</summary>
    public TunnelMachine Machine { get; } = machine;

    /// <summary>The virtual address this device will have, used already.</summary>
    public InternetAddress LocalAddress { get; } = VirtualAddress.ForV6(invite.Network, self);

    /// <summary>When the attempt began.</summary>
    public Instant Started { get; } = started;

    /// <summary>When the attempt is given up.</summary>
    public Instant Deadline { get; set; } = deadline;

    /// <summary>When the DHT is next asked for somebody who serves the invite.</summary>
    public Instant NextLookup { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Lookups { get; set; }

    /// <summary>By how many days the clocks of the members who left word are ahead of ours.</summary>
    public int DaysAhead { get; set; }

    /// <summary>When our call was last put into the DHT, and which of our records it was.</summary>
    public (Instant At, ulong Sequence)? Called { get; set; }

    /// <summary>When something is due.</summary>
    public Instant NextTimeout => Instant.Min(Deadline, Machine.NextTimeout);

    /// <summary>The members that are called.</summary>
    public Dictionary<NodeId, JoinHost> Hosts { get; } = [];

    /// <summary>The member that serves now.</summary>
    public JoinHost? Active { get; set; }

    /// <summary>The stream to it.</summary>
    public ControlStream? Stream { get; set; }

    /// <summary>What it has sent of the log so far.</summary>
    public MembershipLog? Log { get; set; }

    /// <summary>Whether a taken device name fails the attempt; else this device gets a number after its name.</summary>
    public bool InsistsOnName { get; init; }

    /// <summary>Set once the attempt is over.</summary>
    public bool IsOver { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Machine.Dispose();
        InviteKey.Dispose();
    }
}
