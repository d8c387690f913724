using Kith.Protocol.Identity;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>
/// A newcomer that speaks to this member inside a session of an invite's key, before it is a member itself. Its inner address is the one
/// it will have. Packets back to it use the very session they came on, so that several newcomers with one invite do not disturb each other.
/// </summary>
internal sealed class JoinGuest(RemotePeer invite, LocalNetwork network, InternetAddress address)
{
    /// <summary>The invite whose key it holds.</summary>
    public RemotePeer Invite { get; } = invite;

    /// <summary>The network of the invite.</summary>
    public LocalNetwork Network { get; } = network;

    /// <summary>The virtual address it uses.</summary>
    public InternetAddress Address { get; } = address;

    /// <summary>The session it was last heard on.</summary>
    public required TransportSession Session { get; set; }

    /// <summary>Where it was last heard from.</summary>
    public required InternetEndpoint Endpoint { get; set; }

    /// <summary>When it was last heard; the oldest gives way when the table is full.</summary>
    public Instant LastHeard { get; set; }

    /// <summary>The device it says it is, once it has said so.</summary>
    public NodeId Node { get; set; }
}
