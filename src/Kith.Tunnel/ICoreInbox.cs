using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tunnel;

/// <summary>
/// Where the fast path hands over what is not its own: implemented by the node's loop. Every method is called from fast path
/// threads, several at once; it must not block, must not throw, and copies what it keeps, because the spans are reused on return.
/// </summary>
public interface ICoreInbox
{
    /// <summary>A datagram that is not transport data of a known receiver: handshakes, STUN, DHT, strangers. Not authenticated.</summary>
    void PostDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram);

    /// <summary>
    /// An authenticated, fresh Kith frame (first nibble neither 4 nor 6).
    /// </summary>
    void PostPlaintext(PeerLink link, TransportSession session, in InternetEndpoint source, ReadOnlySpan<byte> plaintext);

    /// <summary>
    /// Authenticated, fresh IP packets that came together: for ports in <see cref="Kith.Protocol.Netstack.LocalPorts"/>, or any when there is no TUN device or the
    /// link is control-only.
    /// </summary>
    /// <param name="link">The peer.</param>
    /// <param name="session">The session they came on.</param>
    /// <param name="source">Where they came from.</param>
    /// <param name="buffer">Holds them as <see cref="Kith.Protocol.Netstack.PacketRecords"/>. Was rented from the shared array pool and belongs to the inbox from now on.</param>
    /// <param name="length">Bytes used of it.</param>
    void PostPackets(PeerLink link, TransportSession session, in InternetEndpoint source, byte[] buffer, int length);

    /// <summary>A packet from the TUN device for a known route that has no session or no endpoint; the core stages it, within bounds.</summary>
    void PostTunPacket(ReadOnlySpan<byte> packet);

    /// <summary>
    /// Something was sent to or authenticated from a peer. Called at once when a packet authenticates on a session that is not the link's
    /// current one or comes from another endpoint than the link's (and again every 50 ms while that lasts), otherwise when <see cref="PeerTraffic.ShouldNotify"/> says so.
    /// For received traffic <paramref name="source"/> is where it came from, for sent traffic where it went.
    /// </summary>
    void PostTraffic(PeerLink link, TransportSession session, in InternetEndpoint source, bool received);
}
