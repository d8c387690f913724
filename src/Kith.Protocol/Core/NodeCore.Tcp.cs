using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>TCP connections with other nodes: whose they are, and their end.</content>
public sealed partial class NodeCore
{
    // A stranger's connection is worth this long, and a newcomer's while it says nothing.
    private static readonly TimeSpan TcpStrangerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TcpGuestSilence = TimeSpan.FromSeconds(60);

    private readonly Dictionary<int, TcpLink> _tcpLinks = [];

    /// <summary>Connections that are open as far as the core knows.</summary>
    public int TcpConnectionCount => _tcpLinks.Count;

    /// <summary>
    /// A connection is open. Its datagrams come through <see cref="HandleDatagram"/> with the source <see cref="PathAddress.Tcp"/>; those for it leave as
    /// <see cref="NodeTransmitKind.Tcp"/>. It is to be closed at <see cref="NodeEvent.TcpDone"/>.
    /// </summary>
    /// <param name="now">Both clocks.</param>
    /// <param name="connection">The shell's number of it, never used twice.</param>
    /// <param name="expected">For a connection made on <see cref="NodeEvent.TcpWanted"/> the node whose key its certificate proved; null for one that was accepted.</param>
    public void HandleTcpOpened(ClockReading now, int connection, NodeId? expected)
    {
        TcpLink link = new(connection, expected, now);
        if (_tcpLinks.ContainsKey(connection) || !MakeTcpRoom(now))
        {
            Raise(new NodeEvent.TcpDone(connection));
            if (expected is { } refused)
            {
                HandleTcpFailed(now, refused);
            }

            return;
        }

        _tcpLinks[connection] = link;
        if (expected is { } node)
        {
            (_dials.TryGetValue(node, out TcpDial? dial) ? dial : _dials[node] = new TcpDial()).Open(link);
            if (!TryUseTcp(now, link, node))
            {
                CloseTcp(now, link);
            }
        }

        Settle(now);
    }

    /// <summary>A connection has ended; nothing of it is used any more. Numbers that are not known are no error.</summary>
    public void HandleTcpClosed(ClockReading now, int connection)
    {
        if (_tcpLinks.TryGetValue(connection, out TcpLink? link))
        {
            ForgetTcp(now, link);
            PlanTcp(now);
            Settle(now);
        }
    }

    /// <summary>What was asked for by <see cref="NodeEvent.TcpWanted"/> could not be had.</summary>
    public void HandleTcpFailed(ClockReading now, NodeId node)
    {
        if (_dials.TryGetValue(node, out TcpDial? dial) && dial.Link is null)
        {
            dial.End(now);
        }
    }

    private static bool IsTcp(in InternetEndpoint endpoint) => PathAddress.TryGetTcp(endpoint, out _);

    // Whoever stays a stranger gives way, the longest one first; a member never does.
    private bool MakeTcpRoom(ClockReading now)
    {
        if (_tcpLinks.Count >= NodeLimits.TcpConnectionsMax)
        {
            TcpLink? stranger = _tcpLinks.Values.Where(link => link.Owner is null).MinBy(link => link.Opened.Ticks);
            if (stranger is null)
            {
                return false;
            }

            CloseTcp(now, stranger);
        }

        return true;
    }

    private bool TryUseTcp(ClockReading now, TcpLink link, NodeId node)
    {
        bool isUsed = false;
        foreach (JoinAttempt join in _joins)
        {
            if (join.Hosts.TryGetValue(node, out JoinHost? host))
            {
                link.Owner = host.Peer;
                if (host.Endpoints.Count >= JoinEndpointsMax)
                {
                    host.Endpoints.RemoveAt(host.Endpoints.Count - 1);
                }

                AddJoinHost(now, join, node, [link.Endpoint]);
                isUsed = true;
            }
        }

        if (_members.TryGetValue(node, out RemotePeer? peer))
        {
            TakeTcp(now, link, peer);
            CallNow(now, peer, [link.Endpoint]);
            isUsed = true;
        }

        return isUsed;
    }

    // Before a datagram of a connection is looked at: strangers may try a few times only.
    private bool AdmitTcp(ClockReading now, in InternetEndpoint source)
    {
        if (!PathAddress.TryGetTcp(source, out int connection))
        {
            return true;
        }

        if (!_tcpLinks.TryGetValue(connection, out TcpLink? link))
        {
            return false;
        }

        if (link.Owner is null && ++link.StrangeDatagrams > NodeLimits.TcpStrangerDatagramsMax)
        {
            CloseTcp(now, link);
            return false;
        }

        return true;
    }

    // An authenticated packet came: whether it may stand for its source. A connection leads to one node; whoever is first proved to be at its other end has it.
    private bool IsAtHome(ClockReading now, RemotePeer peer, in InternetEndpoint source)
    {
        if (!PathAddress.TryGetTcp(source, out int connection))
        {
            return true;
        }

        if (!_tcpLinks.TryGetValue(connection, out TcpLink? link))
        {
            return false;
        }

        if (link.Owner != peer && !(link.Expected is { } expected ? expected == peer.Id : link.Owner is not { Kind: RemotePeerKind.Member }))
        {
            return false;
        }

        link.LastHeard = now;
        TakeTcp(now, link, peer);
        return true;
    }

    private void TakeTcp(ClockReading now, TcpLink link, RemotePeer peer)
    {
        if (link.Owner == peer)
        {
            return;
        }

        // Those of a member that it has left behind, as after a change of network, would only fill the table.
        TcpLink[] older = [.. _tcpLinks.Values.Where(other => other.Owner == peer).OrderBy(other => other.Opened.Ticks)];
        if (peer.Kind == RemotePeerKind.Member && older.Length >= NodeLimits.TcpConnectionsPerMemberMax)
        {
            CloseTcp(now, older[0]);
        }

        link.Owner = peer;
        Raise(new NodeEvent.TcpProven(link.Connection));
        if (peer.Paths is { } paths)
        {
            paths.AddCandidate(now, CandidateSource.Tcp, link.Endpoint);
            Touch(now, peer);
        }
    }

    private void CloseTcp(ClockReading now, TcpLink link)
    {
        Raise(new NodeEvent.TcpDone(link.Connection));
        ForgetTcp(now, link);
    }

    private void ForgetTcp(ClockReading now, TcpLink link)
    {
        _tcpLinks.Remove(link.Connection);
        if (link.Expected is { } node && _dials.TryGetValue(node, out TcpDial? dial) && dial.Link == link)
        {
            dial.End(now);
        }

        foreach (JoinAttempt join in _joins)
        {
            foreach (JoinHost host in join.Hosts.Values)
            {
                host.Endpoints.Remove(link.Endpoint);
            }
        }

        if (link.Owner?.Paths is { } paths)
        {
            paths.Remove(now, link.Endpoint);
            Touch(now, link.Owner);
        }
    }

    private void CloseTcpOf(ClockReading now, RemotePeer peer)
    {
        foreach (TcpLink link in _tcpLinks.Values.Where(link => link.Owner == peer).ToList())
        {
            CloseTcp(now, link);
        }
    }

    // Once a second: strangers, newcomers who went silent, and connections that no ping comes back on.
    private void CloseUselessTcp(ClockReading now)
    {
        foreach (TcpLink link in _tcpLinks.Values.ToList())
        {
            bool isUseless = link.Owner switch
            {
                null => now.Monotonic - link.Opened >= TcpStrangerTime,
                { Paths: { } paths } => paths.StatusOf(link.Endpoint) == PathStatus.Failed,
                _ => now.Monotonic - link.LastHeard >= TcpGuestSilence,
            };
            if (isUseless)
            {
                CloseTcp(now, link);
            }
        }
    }
}
