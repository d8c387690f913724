using System.Buffers;
using System.Collections.Concurrent;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;

namespace Kith.Tests.FastPath;

/// <summary>Keeps what the fast path posts.</summary>
internal sealed class RecordingInbox : ICoreInbox
{
    public BlockingCollection<(InternetEndpoint Source, byte[] Datagram)> Datagrams { get; } = [];

    public BlockingCollection<(PeerLink Link, InternetEndpoint Source, byte[] Plaintext)> Plaintexts { get; } = [];

    public BlockingCollection<(TransportSession Session, InternetEndpoint Source, bool Received)> Traffic { get; } = [];

    /// <summary>Packets of the user-space stack that could not be sent; nothing else comes this way without a TUN device.</summary>
    public BlockingCollection<byte[]> TunPackets { get; } = [];

    public static T Take<T>(BlockingCollection<T> from) => from.TryTake(out T? item, TimeSpan.FromSeconds(20)) ? item : throw new TimeoutException("nothing was posted");

    public void PostDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram) => Datagrams.Add((source, datagram.ToArray()));

    public void PostPlaintext(PeerLink link, TransportSession session, in InternetEndpoint source, ReadOnlySpan<byte> plaintext) => Plaintexts.Add((link, source, plaintext.ToArray()));

    public void PostPackets(PeerLink link, TransportSession session, in InternetEndpoint source, byte[] buffer, int length)
    {
        Span<byte> records = buffer.AsSpan(0, length);
        while (PacketRecords.TryRead(ref records, out Span<byte> bytes, out StackPacket packet, out _))
        {
            for (int i = 0; i < LargeSegment.CountPieces(packet); i++)
            {
                byte[] piece = new byte[packet.Length];
                Plaintexts.Add((link, source, piece[..LargeSegment.WritePiece(bytes, packet, i, piece)]));
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    public void PostTunPacket(ReadOnlySpan<byte> packet) => TunPackets.Add(packet.ToArray());

    public void PostTraffic(PeerLink link, TransportSession session, in InternetEndpoint source, bool received) => Traffic.Add((session, source, received));
}
