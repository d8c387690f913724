using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel.Ciphers;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>
/// Where opened packets go: to the TUN device if their addresses are the peer's and ours, to the core if they are its own. Also keeps the books of what a
/// peer sent. Belongs to one thread.
/// </summary>
internal sealed unsafe class PacketDelivery(FastPathState state, SnapshotLookup lookup, TunWriter? writer, ThreadCounters counters)
{
    private static readonly TimeSpan NewsInterval = TimeSpan.FromMilliseconds(50);

    private readonly StackGatherer _stack = new(state);
    private TransportSession? _newsSession;
    private InternetEndpoint _newsSource;
    private Instant _newsUntil;

    /// <summary>Delivers one packet, which stays where it is until <see cref="Flush"/>.</summary>
    public void Deliver(TunnelReceiver receiver, in InternetEndpoint source, byte* packet, int length)
    {
        PeerLink link = receiver.Link;
        if ((packet[0] >> 4) is not (4 or 6))
        {
            _stack.Flush();
            state.Inbox.PostPlaintext(link, receiver.Session, source, new ReadOnlySpan<byte>(packet, length));
            return;
        }

        if (!IpPacket.TryParse(packet, length, out IpPacket ip))
        {
            counters.Drop(FastPathDrop.MalformedIncoming);
            return;
        }

        if (!link.ControlOnly)
        {
            TunnelRoute? route = lookup.FindRoute(ip.Source);
            if (route is null || !ReferenceEquals(route.Link, link))
            {
                counters.Drop(FastPathDrop.WrongPeerSource);
                return;
            }

            if (ip.Destination != route.Local)
            {
                counters.Drop(FastPathDrop.WrongDestination);
                return;
            }
        }

        if (writer is null || link.ControlOnly || (ip.TryGetDestinationPort(out ushort port) && state.LocalPorts.Contains(ip.Protocol, port)))
        {
            _stack.Add(receiver, source, packet, ip);
            return;
        }

        writer.Add(packet, ip);
    }

    /// <summary>Hands over what is held.</summary>
    public void Flush()
    {
        _stack.Flush();
        writer?.Flush();
    }

    /// <summary>Notes what a peer sent, and tells the core if that is news or due.</summary>
    public void Note(TunnelReceiver receiver, in InternetEndpoint source, ReadOnlySpan<SealedPacket> packets)
    {
        int bytes = 0;
        bool isData = false;
        foreach (ref readonly SealedPacket packet in packets)
        {
            bytes += packet.Length + TransportLayout.OverheadBytes;
            isData |= packet.Length > 0;
        }

        counters.Packets += packets.Length;
        PeerLink link = receiver.Link;
        Instant now = state.Options.Clock();
        link.Traffic.NoteReceived(now, packets.Length, bytes, isData);

        // A peer may well keep to another path than we do: what the core knows already is not told again with every batch.
        bool isOdd = !ReferenceEquals(receiver.Session, link.Current) || !IsPathOf(link, source);
        bool isNews = isOdd && (now >= _newsUntil || !ReferenceEquals(receiver.Session, _newsSession) || _newsSource != source);
        if (isNews)
        {
            _newsSession = receiver.Session;
            _newsSource = source;
            _newsUntil = now + NewsInterval;
        }

        if (isNews || link.Traffic.ShouldNotify(now))
        {
            state.Inbox.PostTraffic(link, receiver.Session, source, received: true);
        }
    }

    private static bool IsPathOf(PeerLink link, in InternetEndpoint source) => link.Endpoint is { } endpoint
        ? endpoint == source
        : link.Via is { } hop && PathAddress.Relay(hop.Neighbour.Id, link.Id) == source;
}
