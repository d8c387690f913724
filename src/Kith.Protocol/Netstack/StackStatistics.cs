namespace Kith.Protocol.Netstack;

/// <summary>Counters of a whole <see cref="NetworkStack"/> since it was made. They wrap rather than overflow.</summary>
public record struct StackStatistics
{
    /// <summary>Packets for this stack that could not be read or whose checksum was wrong.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Fragments for this stack, which it does not reassemble.</summary>
    public long Fragments { get; internal set; }

    /// <summary>SYNs dropped because a backlog or a maximum was reached.</summary>
    public long SynsDropped { get; internal set; }

    /// <summary>Half-open connections pushed out by newer ones.</summary>
    public long HalfOpenDropped { get; internal set; }

    /// <summary>Datagrams dropped because a binding's queue was full.</summary>
    public long DatagramsDropped { get; internal set; }

    /// <summary>Resets, ICMP errors and echo replies sent by <see cref="NetworkStack.Refuse"/>.</summary>
    public long Refusals { get; internal set; }

    /// <summary>Packets that <see cref="NetworkStack.Refuse"/> left unanswered because of its rate limit.</summary>
    public long RefusalsSuppressed { get; internal set; }

    /// <summary>Answers dropped because the queue of packets that belong to no connection was full.</summary>
    public long RepliesDropped { get; internal set; }
}
