namespace Kith.Node;

/// <summary>Something that happened to a node's networks; see <see cref="KithNode.Events"/>. Each carries the state after it.</summary>
public abstract record KithEvent
{
    private KithEvent()
    {
    }

    /// <summary>This node is in a network it was not in before: founded or joined.</summary>
    /// <param name="Network">The network.</param>
    public sealed record Joined(KithNetwork Network) : KithEvent;

    /// <summary>This node is not in a network any more: it left, or was revoked.</summary>
    /// <param name="Network">The network as it was last.</param>
    public sealed record Removed(KithNetwork Network) : KithEvent;

    /// <summary>A newcomer joined through this very node. <see cref="MemberAdded"/> is told too.</summary>
    /// <param name="Member">The newcomer.</param>
    public sealed record Admitted(KithMember Member) : KithEvent;

    /// <summary>A network has a member more.</summary>
    /// <param name="Member">The member.</param>
    public sealed record MemberAdded(KithMember Member) : KithEvent;

    /// <summary>A network has a member less: it left, or was revoked.</summary>
    /// <param name="Member">The member as it was last.</param>
    public sealed record MemberRemoved(KithMember Member) : KithEvent;

    /// <summary>A member has another name, role or address.</summary>
    /// <param name="Member">The member.</param>
    /// <param name="Before">The same as it was before.</param>
    public sealed record MemberChanged(KithMember Member, KithMember Before) : KithEvent;

    /// <summary>A member can be reached.</summary>
    /// <param name="Member">The member.</param>
    public sealed record MemberOnline(KithMember Member) : KithEvent;

    /// <summary>A member cannot be reached any more.</summary>
    /// <param name="Member">The member.</param>
    public sealed record MemberOffline(KithMember Member) : KithEvent;

    /// <summary>Packets to a member take another path.</summary>
    /// <param name="Member">The member.</param>
    public sealed record PathChanged(KithMember Member) : KithEvent;

    /// <summary>The reader was too slow: events were dropped. <see cref="KithNode.Networks"/> says how things stand.</summary>
    /// <param name="Count">How many.</param>
    public sealed record Missed(long Count) : KithEvent;
}
