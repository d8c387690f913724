using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>What stands between this node and the Internet.</content>
public sealed partial class NodeCore
{
    private readonly NatMonitor _nat;
    private IReadOnlyList<InternetEndpoint> _observed = [];
    private (NatClass Class, InternetEndpoint[] Observed) _statedNat = (NatClass.Unknown, []);

    /// <summary>What is known of the translators between this node and the Internet.</summary>
    public NatReport Nat => _nat.Report;

    /// <summary>The STUN servers that were asked last, and whether each answered.</summary>
    public IReadOnlyDictionary<InternetEndpoint, bool> StunServers => _nat.Servers;

    /// <summary>
    /// Addresses of STUN servers, the answer to <see cref="NodeEvent.StunServersWanted"/>. Never given, none is ever asked.
    /// </summary>
    public void HandleStunServers(ClockReading now, IReadOnlyList<InternetEndpoint> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        _nat.HandleServers(now, servers);
        Settle(now);
    }

    // A pong tells where the ping was seen to come from; only what passed the data socket on its way to that very endpoint counts.
    private void NoteObserved(ClockReading now, RemotePeer peer, in InternetEndpoint source, in InternetEndpoint observed)
    {
        if (peer.Kind != RemotePeerKind.Member || source.Scope != 0 || !EndpointField.IsUnicast(observed) || PathAddress.IsSpecial(source))
        {
            return;
        }

        foreach (PathState path in peer.Paths!.Paths)
        {
            if (path.Endpoint == source && path.Observed == observed)
            {
                _nat.HandleObserved(now, source, observed, now.Monotonic - (path.Rtt ?? TimeSpan.Zero));
            }
        }
    }

    private void NoteAuthentic(ClockReading now, InternetEndpoint source)
    {
        if (source.Scope == 0 && !source.IsNone && !PathAddress.IsSpecial(source) && !_localNetworks.Any(network => network.Contains(source.Address)))
        {
            _nat.HandleAuthentic(now, source);
        }
    }

    private void NoteSent(ClockReading now, in NodeTransmit transmit, ReadOnlySpan<byte> datagram)
    {
        NoteUpkeep(now, transmit);

        // A cookie is asked for by whoever knows our key, from as many addresses as one likes: those must not push out of memory whom we spoke to by ourselves.
        bool isCookie = transmit.Length == CookieReplyMessage.Length && TunnelMessage.TypeOf(datagram[..transmit.Length]) == TunnelMessageType.CookieReply;
        if (transmit.Kind == NodeTransmitKind.Datagram && transmit.Endpoint.Scope == 0 && !isCookie)
        {
            _nat.HandleSent(now, transmit.Endpoint);
        }
    }

    private bool TryHandleStun(ClockReading now, in InternetEndpoint source, ReadOnlySpan<byte> datagram) =>
        source.Scope == 0 && !PathAddress.IsSpecial(source) && _nat.HandleDatagram(now, source, datagram);

    private bool TryTakeStun(Span<byte> buffer, out NodeTransmit transmit)
    {
        bool any = _nat.TryGetTransmit(buffer, out InternetEndpoint target, out int length);
        transmit = new NodeTransmit(NodeTransmitKind.Datagram, target, length);
        return any;
    }

    // A member answers over TCP and nobody over UDP: so it is UDP that does not pass.
    private void JudgeBlocked(ClockReading now)
    {
        if (IsUdpBlocked && TcpPeers.Count > 0)
        {
            _nat.HandleReachedOverTcp(now);
        }
    }

    private bool HandleNatEvents(ClockReading now)
    {
        bool any = false;
        while (_nat.TryGetEvent(out NatEvent natEvent))
        {
            any = true;
            if (natEvent == NatEvent.ServersWanted)
            {
                Raise(new NodeEvent.StunServersWanted());
            }
            else
            {
                TakeNatReport(now);
            }
        }

        return any;
    }

    // Where the port changes with every destination, a new port is no news to anybody; a new address is.
    private void TakeNatReport(ClockReading now)
    {
        _observed = _nat.Observed;
        NoteSelfNews();
        bool isFixed = Nat.Class is NatClass.Unknown or NatClass.None or NatClass.Easy;
        InternetEndpoint[] stated = [.. _observed.Select(endpoint => isFixed ? endpoint : endpoint with { Port = 0 })];
        if (_statedNat.Class != Nat.Class || !_statedNat.Observed.SequenceEqual(stated))
        {
            _statedNat = (Nat.Class, stated);
            SchedulePublish(now);
        }
    }
}
