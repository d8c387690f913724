using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Packets on their way through members: taken in, passed on, and our own wrapped for the next hop.</content>
public sealed partial class NodeCore
{
    private readonly RelayBudget _relayBudget;

    /// <summary>Bytes of relay frames that were passed on for others, here and on the packet path.</summary>
    public long RelayedBytes => _relayBudget.PassedBytes;

    /// <summary>Is shown what this node passes on for others, so that the simulator can see that nothing goes round in circles.</summary>
    internal RelayObserver? PassedOn { get; set; }

    /// <summary>Likewise what this node sends through others.</summary>
    internal RelayObserver? Wrapped { get; set; }

    // A way through a relay names the peer at its end. A member that passes on one peer's packet under another's name must not lead data astray.
    private static bool IsWayTo(RemotePeer peer, in InternetEndpoint endpoint) =>
        !PathAddress.TryGetRelay(endpoint, out _, out int toLink) || toLink == peer.Link.Id;

    private static bool IsRelayed(in InternetEndpoint endpoint) => PathAddress.TryGetRelay(endpoint, out _, out _);

    private Identity.NodeId? ViaOf(RemotePeer peer) =>
        peer.PathEndpoint is { } endpoint && PathAddress.TryGetRelay(endpoint, out int viaLink, out _) ? _links.GetValueOrDefault(viaLink)?.Id : null;

    private static bool ShareNetwork(RemotePeer a, RemotePeer b, RemotePeer c) =>
        a.Networks.Exists(network => b.Networks.Contains(network) && c.Networks.Contains(network));

    private void HandleRelay(ClockReading now, RemotePeer from, in InternetEndpoint source, Span<byte> frame)
    {
        // A relayed packet inside a relayed packet is nobody's honest work.
        if (IsRelayed(source) || !RelayFrame.TryDecode(frame, out RelayFrame relay) || FindByShortId(relay.Source) is not { } origin)
        {
            from.Link.Flood.RefuseRelay();
            return;
        }

        if (relay.Destination != Id.ShortId)
        {
            PassOn(now, from, origin, relay, frame);
        }
        else if (origin != from && ShareNetwork(from, origin, origin))
        {
            TryHandleWith(_tunnel, now, PathAddress.Relay(from.Link.Id, origin.Link.Id), frame[RelayFrame.HeaderBytes..]);
        }
    }

    private void PassOn(ClockReading now, RemotePeer from, RemotePeer origin, in RelayFrame relay, Span<byte> frame)
    {
        if (!_options.RelayForOthers
            || FindByShortId(relay.Destination) is not { } destination
            || destination == from || destination == origin
            || !ShareNetwork(from, origin, destination)
            || FindNextHop(destination, origin, from, relay.HopsLeft, out int distance) is not { } next
            || next == from || next == origin
            || distance > relay.HopsLeft
            || (next != destination && !(destination.RouteNetwork is { } route && origin.Networks.Contains(route) && from.Networks.Contains(route)))
            || next.PathEndpoint is not { } endpoint
            || IsRelayed(endpoint)
            || frame.Length + SealOverheadBytes > TransmitBufferBytes
            || !_relayBudget.TryTake(now, frame.Length))
        {
            from.Link.Flood.RefuseRelay();
            return;
        }

        PassedOn?.Invoke(relay);
        frame[RelayFrame.HopsOffset] = (byte)(distance - 1);
        SendFrameTo(now, next, endpoint, frame);
        NoteSent(now, next);
    }

    // The one place where a way that is no plain address becomes one: a relayed datagram goes into a frame that is sealed for the next hop. False drops it.
    private bool TryPassOn(ClockReading now, Span<byte> buffer, ref NodeTransmit transmit)
    {
        if (transmit.Kind != NodeTransmitKind.Datagram || !PathAddress.IsSpecial(transmit.Endpoint))
        {
            return true;
        }

        InternetEndpoint endpoint = transmit.Endpoint;
        int length = transmit.Length;
        if (PathAddress.TryGetRelay(endpoint, out int viaLink, out int toLink))
        {
            if (!_links.TryGetValue(viaLink, out RemotePeer? via)
                || !_links.TryGetValue(toLink, out RemotePeer? peer)
                || via.PathEndpoint is not { } hop
                || IsRelayed(hop)
                || RelayFrame.HeaderBytes + length + SealOverheadBytes > TransmitBufferBytes)
            {
                return false;
            }

            Span<byte> bytes = stackalloc byte[TransmitBufferBytes];
            int frameLength = new RelayFrame(HopsFor(via, peer), peer.ShortId, Id.ShortId, buffer[..length]).Encode(bytes);
            if (!via.Machine.TrySeal(now, via.Tunnel, bytes[..frameLength], buffer, out length))
            {
                return false;
            }

            if (Wrapped is { } wrapped && RelayFrame.TryDecode(bytes[..frameLength], out RelayFrame relay))
            {
                wrapped(relay);
            }

            endpoint = hop;
        }

        NodeTransmitKind kind = PathAddress.TryGetTcp(endpoint, out _) ? NodeTransmitKind.Tcp : NodeTransmitKind.Datagram;
        transmit = new NodeTransmit(kind, endpoint, length) { DontFragment = transmit.DontFragment };
        return kind == NodeTransmitKind.Tcp || !PathAddress.IsSpecial(endpoint);
    }

    // Brings what the packet path sees of a peer in line with the path its data takes.
    private void UpdateLink(RemotePeer peer)
    {
        InternetEndpoint? endpoint = peer.PathEndpoint;
        RelayHop? hop = null;
        if (endpoint is { } special && PathAddress.IsSpecial(special))
        {
            endpoint = null;
            hop = PathAddress.TryGetRelay(special, out int viaLink, out _) && _links.TryGetValue(viaLink, out RemotePeer? via)
                ? new RelayHop(via.Link, peer.ShortId, Id.ShortId, HopsFor(via, peer))
                : null;
        }

        peer.Link.Endpoint = endpoint;
        if (peer.Link.Via != hop)
        {
            peer.Link.Via = hop;
        }
    }
}
