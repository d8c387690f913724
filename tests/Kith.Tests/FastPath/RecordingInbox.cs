using System.Collections.Concurrent;
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

    public static T Take<T>(BlockingCollection<T> from) => from.TryTake(out T? item, TimeSpan.FromSeconds(20)) ? item : throw new TimeoutException("nothing was posted");

    public void PostDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram) => Datagrams.Add((source, datagram.ToArray()));

    public void PostPlaintext(PeerLink link, TransportSession session, in InternetEndpoint source, ReadOnlySpan<byte> plaintext) => Plaintexts.Add((link, source, plaintext.ToArray()));

    public void PostTunPacket(ReadOnlySpan<byte> packet) => throw new InvalidOperationException("there is no TUN device");

    public void PostTraffic(PeerLink link, TransportSession session, in InternetEndpoint source, bool received) => Traffic.Add((session, source, received));
}
