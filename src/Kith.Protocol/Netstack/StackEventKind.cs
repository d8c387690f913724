namespace Kith.Protocol.Netstack;

/// <summary>What a <see cref="StackEvent"/> tells.</summary>
public enum StackEventKind
{
    /// <summary>No event.</summary>
    None,

    /// <summary>A listener has a new connection, which may be used at once. Told once.</summary>
    Accepted,

    /// <summary>A connection that this side opened is established. Told once.</summary>
    Connected,

    /// <summary>Bytes have arrived in order since the owner was last told. Edge: read until <see cref="Tcp.TcpConnection.Receive"/> returns 0.</summary>
    Readable,

    /// <summary>There is room again after a <see cref="Tcp.TcpConnection.Send"/> that took less than it was offered. Edge.</summary>
    Writable,

    /// <summary>The peer sent its last byte; what is still unread comes before it in the stream. Told once.</summary>
    PeerFinished,

    /// <summary>The connection is over; see <see cref="StackEvent.Reason"/>. What was received can still be read, and
    /// holds memory until it is or <see cref="Tcp.TcpConnection.Abort"/> is called. Told once, as the last.</summary>
    Closed,

    /// <summary>Datagrams wait in a UDP binding. Edge: take until <see cref="Udp.UdpBinding.TryReceive"/> returns false.</summary>
    Datagram,

    /// <summary>An ICMP error came back for something a UDP binding sent; <see cref="StackEvent.Remote"/> says for whom.</summary>
    Unreachable,

    /// <summary>An echo was answered; <see cref="StackEvent.Remote"/>, <see cref="StackEvent.EchoSequence"/> and <see cref="StackEvent.RoundTrip"/> tell.</summary>
    EchoReply,
}
