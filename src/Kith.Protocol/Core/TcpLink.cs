using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>One TCP connection as the core holds it: who is at its other end, and since when.</summary>
internal sealed class TcpLink(int connection, NodeId? expected, Instant opened)
{
    /// <summary>The shell's number of it.</summary>
    public int Connection { get; } = connection;

    /// <summary>What stands for it among the paths.</summary>
    public InternetEndpoint Endpoint { get; } = PathAddress.Tcp(connection);

    /// <summary>For a connection of ours, the member whose key its certificate proved; null for one that was accepted.</summary>
    public NodeId? Expected { get; } = expected;

    /// <summary>When it opened.</summary>
    public Instant Opened { get; } = opened;

    /// <summary>Who is at the other end, once a packet has proved it; for a connection of ours from the start.</summary>
    public RemotePeer? Owner { get; set; }

    /// <summary>When an authenticated packet of <see cref="Owner"/> last came.</summary>
    public Instant LastHeard { get; set; } = opened;

    /// <summary>Datagrams that came before anybody proved who they are.</summary>
    public int StrangeDatagrams { get; set; }

    /// <summary>Since when a connection of ours has not been needed.</summary>
    public Instant? SpareSince { get; set; }
}
