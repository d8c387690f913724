using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Crypto;
using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using FastPathOfPackets = Kith.Tunnel.FastPath;

namespace Kith.Tests.FastPath;

/// <summary>The fast path's sockets over loopback, without a TUN device: everything goes to the core.</summary>
public sealed class SocketTests
{
    private static readonly InternetAddress Loopback4 = InternetAddress.FromV4(0x7F000001);
    private static readonly byte[] SendKey = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];
    private static readonly byte[] ReceiveKey = [.. Enumerable.Range(100, 32).Select(static i => (byte)i)];

    public static TheoryData<FastPathOptions> Variants =>
        [new FastPathOptions(), new FastPathOptions { UseReceiveCoalescing = false }, new FastPathOptions { UseVectorCipher = false }, new FastPathOptions { UsePortableSockets = true }];

    [Theory]
    [MemberData(nameof(Variants))]
    public void datagrams_of_strangers_reach_the_core_on_both_families(FastPathOptions options)
    {
        RecordingInbox inbox = new();
        using FastPathOfPackets path = new(options, null, new LocalPorts(), inbox);
        path.Start();
        FastPathReport report = path.Report;
        using FastPathOfPackets stranger = new(options, null, new LocalPorts(), new RecordingInbox());
        foreach (InternetAddress address in LoopbackAddresses(report))
        {
            byte[] datagram = [1, 0, 0, 0, 9, 8, 7, (byte)address.ByteCount];
            Assert.True(stranger.Send(new InternetEndpoint(address, path.Port), datagram));
            (InternetEndpoint source, byte[] received) = RecordingInbox.Take(inbox.Datagrams);
            Assert.Equal(datagram, received);
            Assert.Equal(new InternetEndpoint(address, stranger.Port), source);
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void sealed_frames_open_once_and_only_with_the_right_key(FastPathOptions options)
    {
        RecordingInbox inbox = new();
        using FastPathOfPackets path = new(options, null, new LocalPorts(), inbox);
        (PeerLink link, TransportSession session) = Publish(path);
        path.Start();
        using Socket peer = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        IPEndPoint target = new(IPAddress.Loopback, path.Port);
        byte[] good = Seal(ReceiveKey, 3, [0x10, 1, 2, 3]);
        peer.SendTo(Seal(SendKey, 2, [0x10, 6, 6, 6]), target);
        peer.SendTo(good, target);
        peer.SendTo(good, target);
        peer.SendTo(Seal(ReceiveKey, 4, []), target);
        peer.SendTo(Seal(ReceiveKey, 5, [0x11, 4]), target);

        (PeerLink from, InternetEndpoint source, byte[] plaintext) = RecordingInbox.Take(inbox.Plaintexts);
        Assert.Same(link, from);
        Assert.Equal(((IPEndPoint)peer.LocalEndPoint!).Port, source.Port);
        Assert.Equal(new byte[] { 0x10, 1, 2, 3 }, plaintext);
        Assert.Equal(new byte[] { 0x11, 4 }, RecordingInbox.Take(inbox.Plaintexts).Plaintext);

        // The peer is not where the link says (nowhere), so the core is told at once.
        (TransportSession told, InternetEndpoint where, bool received) = RecordingInbox.Take(inbox.Traffic);
        Assert.Same(session, told);
        Assert.Equal(source, where);
        Assert.True(received);

        // One more and its notice, so that all before it has been counted.
        peer.SendTo(Seal(ReceiveKey, 6, [0x12]), target);
        _ = RecordingInbox.Take(inbox.Plaintexts);
        FastPathReport report = path.Report;
        Assert.Equal(1, report.Drops[FastPathDrop.NotAuthentic]);
        Assert.Equal(1, report.Drops[FastPathDrop.Replayed]);
        Assert.Empty(report.Faults);
    }

    [Fact]
    public void ip_packets_must_come_from_the_peers_address_and_go_to_ours()
    {
        RecordingInbox inbox = new();
        using FastPathOfPackets path = new(new FastPathOptions(), null, new LocalPorts(), inbox);
        (PeerLink link, TransportSession _) = Publish(path);
        path.Start();
        byte[] right = TestPacket.Udp(v6: false, [1]);
        byte[] wrongSource = (byte[])right.Clone();
        wrongSource[15]++;
        byte[] wrongDestination = (byte[])right.Clone();
        wrongDestination[19]++;
        byte[] tooLong = (byte[])right.Clone();
        tooLong[3]++;
        using Socket peer = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        ulong counter = 0;
        foreach (byte[] packet in (byte[][])[wrongSource, wrongDestination, tooLong, right])
        {
            peer.SendTo(Seal(ReceiveKey, counter++, packet), new IPEndPoint(IPAddress.Loopback, path.Port));
        }

        Assert.Equal(right, RecordingInbox.Take(inbox.Plaintexts).Plaintext);
        IReadOnlyDictionary<FastPathDrop, long> drops = path.Report.Drops;
        Assert.Equal(1, drops[FastPathDrop.WrongPeerSource]);
        Assert.Equal(1, drops[FastPathDrop.WrongDestination]);
        Assert.Equal(1, drops[FastPathDrop.MalformedIncoming]);

        // Whoever holds an invite key has no address yet: the core judges what comes from it.
        link.ControlOnly = true;
        peer.SendTo(Seal(ReceiveKey, counter, wrongSource), new IPEndPoint(IPAddress.Loopback, path.Port));
        Assert.Equal(wrongSource, RecordingInbox.Take(inbox.Plaintexts).Plaintext);
    }

    [Fact]
    public void a_peer_does_not_speak_in_another_ones_name()
    {
        RecordingInbox inbox = new();
        using FastPathOfPackets path = new(new FastPathOptions(), null, new LocalPorts(), inbox);
        TransportSession session = new(localIndex: 77, remoteIndex: 88, SendKey, ReceiveKey, isInitiator: true, default);
        PeerLink link = new(5) { Current = session };
        InternetAddress local = InternetAddress.FromV4(0x64000002);
        path.Publish(new TunnelSnapshot(
            new Dictionary<InternetAddress, TunnelRoute>
            {
                [InternetAddress.FromV4(0x64000001)] = new(link, local),
                [InternetAddress.FromV4(0x64000003)] = new(new PeerLink(6), local),
            }.ToFrozenDictionary(),
            new Dictionary<uint, TunnelReceiver> { [77] = new(link, session) }.ToFrozenDictionary()));
        path.Start();
        byte[] own = TestPacket.Udp(v6: false, [1]);
        byte[] anothers = (byte[])own.Clone();
        anothers[15] = 3;
        using Socket peer = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.SendTo(Seal(ReceiveKey, 0, anothers), new IPEndPoint(IPAddress.Loopback, path.Port));
        peer.SendTo(Seal(ReceiveKey, 1, own), new IPEndPoint(IPAddress.Loopback, path.Port));
        Assert.Equal(own, RecordingInbox.Take(inbox.Plaintexts).Plaintext);
        Assert.Equal(1, path.Report.Drops[FastPathDrop.WrongPeerSource]);
    }

    [Fact]
    public void retired_session_accepts_nothing()
    {
        RecordingInbox inbox = new();
        using FastPathOfPackets path = new(new FastPathOptions(), null, new LocalPorts(), inbox);
        (PeerLink _, TransportSession session) = Publish(path);
        path.Start();
        session.Retire();
        using Socket peer = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        IPEndPoint target = new(IPAddress.Loopback, path.Port);
        peer.SendTo(Seal(ReceiveKey, 1, [0x10]), target);

        // The key of a retired session is zeros; whoever knows that must get nowhere either.
        peer.SendTo(Seal(new byte[32], 2, [0x10]), target);
        peer.SendTo([7], target);
        _ = RecordingInbox.Take(inbox.Datagrams);
        Assert.Empty(inbox.Plaintexts);
        IReadOnlyDictionary<FastPathDrop, long> drops = path.Report.Drops;
        Assert.Equal(1, drops[FastPathDrop.NotAuthentic]);
        Assert.Equal(1, drops[FastPathDrop.Replayed]);
    }

    [Fact]
    public void receiving_a_hundred_thousand_packets_allocates_nothing()
    {
        const int skipped = 5_000;
        const int counted = 100_000;
        CountingInbox inbox = new(skipped, counted);
        using FastPathOfPackets path = new(new FastPathOptions(), null, new LocalPorts(), inbox);
        Publish(path);
        path.Start();
        using Socket peer = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Connect(new IPEndPoint(IPAddress.Loopback, path.Port));
        byte[] packet = TestPacket.Udp(v6: false, PacketSplitterTests.Payload(100));
        using ChaChaPoly cipher = new();
        byte[] datagram = new byte[packet.Length + 32];
        for (ulong i = 0; i < skipped + counted; i++)
        {
            // Never more ahead than the socket's buffer holds.
            SpinWait.SpinUntil(() => (int)i - inbox.Seen < 500);
            Seal(cipher, ReceiveKey, i, packet, datagram);
            peer.Send(datagram);
        }

        Assert.True(inbox.Wait(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, inbox.AllocatedBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void port_that_another_has_is_named(bool portable)
    {
        using FastPathOfPackets first = new(new FastPathOptions { UsePortableSockets = portable }, null, new LocalPorts(), new RecordingInbox());
        PortInUseException refusal = Assert.Throws<PortInUseException>(
            () => new FastPathOfPackets(new FastPathOptions { Port = first.Port, UsePortableSockets = portable }, null, new LocalPorts(), new RecordingInbox()));
        Assert.Equal(first.Port, refusal.Port);
        Assert.Contains($"{first.Port}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void port_taken_in_one_family_alone_counts_as_taken()
    {
        using FastPathOfPackets first = new(new FastPathOptions { UseIPv4 = false }, null, new LocalPorts(), new RecordingInbox());
        Assert.False(first.Report.HasIPv4);
        Assert.Throws<PortInUseException>(() => new FastPathOfPackets(new FastPathOptions { Port = first.Port }, null, new LocalPorts(), new RecordingInbox()));

        // Nothing may be left open by the failed attempt.
        using FastPathOfPackets v4 = new(new FastPathOptions { Port = first.Port, UseIPv6 = false }, null, new LocalPorts(), new RecordingInbox());
        Assert.Equal(first.Port, v4.Port);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void refusals_by_the_other_side_end_nothing(bool portable)
    {
        RecordingInbox inbox = new();
        using FastPathOfPackets path = new(new FastPathOptions { UsePortableSockets = portable }, null, new LocalPorts(), inbox);
        path.Start();
        ushort closed;
        using (Socket gone = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            gone.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            closed = (ushort)((IPEndPoint)gone.LocalEndPoint!).Port;
        }

        for (int i = 0; i < 10; i++)
        {
            Assert.True(path.Send(new InternetEndpoint(Loopback4, closed), [1, 2, 3]));
        }

        Assert.True(path.Send(new InternetEndpoint(Loopback4, path.Port), [4, 5, 6]));
        Assert.Equal(new byte[] { 4, 5, 6 }, RecordingInbox.Take(inbox.Datagrams).Datagram);
        Assert.Empty(path.Report.Faults);
    }

    [Fact]
    public void disposing_twice_and_without_a_start_waits_for_nothing()
    {
        FastPathOfPackets path = new(new FastPathOptions(), null, new LocalPorts(), new RecordingInbox());
        path.Dispose();
        path.Dispose();
        Assert.Throws<ObjectDisposedException>(path.Start);
    }

    private static IEnumerable<InternetAddress> LoopbackAddresses(FastPathReport report)
    {
        if (report.HasIPv4)
        {
            yield return Loopback4;
        }

        if (report.HasIPv6 && Socket.OSSupportsIPv6 && InternetAddress.TryParse("::1", out InternetAddress loopback6))
        {
            yield return loopback6;
        }
    }

    private static (PeerLink Link, TransportSession Session) Publish(FastPathOfPackets path)
    {
        TransportSession session = new(localIndex: 77, remoteIndex: 88, SendKey, ReceiveKey, isInitiator: true, default);
        PeerLink link = new(5) { Current = session };
        InternetAddress peer = InternetAddress.FromV4(0x64000001);
        InternetAddress local = InternetAddress.FromV4(0x64000002);
        path.Publish(new TunnelSnapshot(
            new Dictionary<InternetAddress, TunnelRoute> { [peer] = new(link, local) }.ToFrozenDictionary(),
            new Dictionary<uint, TunnelReceiver> { [77] = new(link, session) }.ToFrozenDictionary()));
        return (link, session);
    }

    private static byte[] Seal(byte[] key, ulong counter, byte[] plaintext)
    {
        using ChaChaPoly cipher = new();
        byte[] datagram = new byte[plaintext.Length + 32];
        Seal(cipher, key, counter, plaintext, datagram);
        return datagram;
    }

    private static void Seal(ChaChaPoly cipher, byte[] key, ulong counter, byte[] plaintext, byte[] datagram)
    {
        datagram[0] = 4;
        BinaryPrimitives.WriteUInt32LittleEndian(datagram.AsSpan(4), 77);
        BinaryPrimitives.WriteUInt64LittleEndian(datagram.AsSpan(8), counter);
        cipher.Seal(key, counter, default, plaintext, datagram.AsSpan(16));
    }
}
