using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Netstack.Udp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <summary>Something that happened in a <see cref="NetworkStack"/>, for its owner. Which members are set depends on <see cref="Kind"/>.</summary>
public readonly record struct StackEvent
{
    /// <summary>What happened.</summary>
    public StackEventKind Kind { get; init; }

    /// <summary>The connection it happened to; null for datagrams and echoes.</summary>
    public TcpConnection? Connection { get; init; }

    /// <summary>The listener that accepted <see cref="Connection"/>; for <see cref="StackEventKind.Accepted"/> only.</summary>
    public TcpListener? Listener { get; init; }

    /// <summary>The UDP binding; for <see cref="StackEventKind.Datagram"/> and <see cref="StackEventKind.Unreachable"/> only.</summary>
    public UdpBinding? Binding { get; init; }

    /// <summary>Why the connection is over; for <see cref="StackEventKind.Closed"/> only.</summary>
    public CloseReason Reason { get; init; }

    /// <summary>Who answered an echo or cannot be reached. The port is 0 for echoes.</summary>
    public InternetEndpoint Remote { get; init; }

    /// <summary>The identifier of an answered echo.</summary>
    public ushort EchoIdentifier { get; init; }

    /// <summary>The sequence number of an answered echo.</summary>
    public ushort EchoSequence { get; init; }

    /// <summary>The time between an echo and its answer.</summary>
    public TimeSpan RoundTrip { get; init; }
}
