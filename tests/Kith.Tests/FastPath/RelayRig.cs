using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Crypto;
using Kith.Protocol.Netstack;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using FastPathOfPackets = Kith.Tunnel.FastPath;

namespace Kith.Tests.FastPath;

/// <summary>
/// A member's packet path over loopback without a TUN device. The member is number 9; 1, 2 and 3 are sockets of the test that hold the other ends of its
/// sessions, on whose way home is their own socket. Numbers are short ids too.
/// </summary>
internal sealed class RelayRig : IDisposable
{
    public const ulong Self = 9;

    private readonly ChaChaPoly _cipher = new();
    private readonly Socket[] _sockets = new Socket[4];
    private readonly ulong[] _counters = new ulong[4];

    public RelayRig(FastPathOptions options, bool forwards = true, RelayBudget? budget = null, Func<int, RelayMember, RelayMember>? change = null)
    {
        Path = new FastPathOfPackets(options, null, new LocalPorts(), Inbox);
        Dictionary<ulong, RelayMember> members = [];
        Dictionary<uint, TunnelReceiver> receivers = [];
        for (int number = 1; number <= 3; number++)
        {
            _sockets[number] = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
            _sockets[number].Bind(new IPEndPoint(IPAddress.Loopback, 0));
            TransportSession session = new((uint)number, 0x100 + (uint)number, Key(number, fromRig: false), Key(number, fromRig: true), true, default);
            PeerLink link = new(number) { Current = session, Endpoint = new InternetEndpoint(InternetAddress.FromV4(0x7F000001), PortOf(number)) };
            Links[number] = link;
            receivers[(uint)number] = new TunnelReceiver(link, session);
            RelayMember member = new(link, 1, link, 1);
            members[(ulong)number] = change?.Invoke(number, member) ?? member;
        }

        Path.Publish(new TunnelSnapshot(
            FrozenDictionary<InternetAddress, TunnelRoute>.Empty,
            receivers.ToFrozenDictionary(),
            new RelayTable(Self, members.ToFrozenDictionary(), forwards) { Budget = budget ?? RelayBudget.Unlimited }));
        Path.Start();
    }

    public RecordingInbox Inbox { get; } = new();

    public FastPathOfPackets Path { get; }

    public PeerLink[] Links { get; } = new PeerLink[4];

    public ushort PortOf(int number) => (ushort)((IPEndPoint)_sockets[number].LocalEndPoint!).Port;

    /// <summary>A relay frame.</summary>
    public static byte[] Frame(ulong destination, ulong source, byte[] datagram, byte hops = 1)
    {
        byte[] frame = new byte[RelayFrame.HeaderBytes + datagram.Length];
        new RelayFrame(hops, destination, source, datagram).Encode(frame);
        return frame;
    }

    /// <summary>A transport packet that a member seals for us.</summary>
    public byte[] Seal(int from, byte[] plaintext)
    {
        byte[] datagram = new byte[plaintext.Length + TransportHeader.OverheadBytes];
        ulong counter = _counters[from]++;
        new TransportHeader((uint)from, counter).Encode(datagram);
        _cipher.Seal(Key(from, fromRig: true), counter, default, plaintext, datagram.AsSpan(TransportHeader.Length));
        return datagram;
    }

    /// <summary>Sends a packet sealed by a member from its socket.</summary>
    public void Send(int from, byte[] plaintext) => _sockets[from].SendTo(Seal(from, plaintext), new IPEndPoint(IPAddress.Loopback, Path.Port));

    /// <summary>Receives at a member's socket and opens.</summary>
    public byte[] Receive(int at)
    {
        byte[] buffer = new byte[65536];
        int length = _sockets[at].Receive(buffer);
        Assert.True(TransportHeader.TryDecode(buffer.AsSpan(0, length), out TransportHeader header));
        Assert.Equal(0x100u + (uint)at, header.Receiver);
        byte[] plaintext = new byte[length - TransportHeader.Length];
        Assert.True(_cipher.TryOpen(Key(at, fromRig: false), header.Counter, default, buffer.AsSpan(TransportHeader.Length, plaintext.Length), plaintext));
        return plaintext[..^16];
    }

    /// <summary>Opens what we sealed for a member and somebody passed on.</summary>
    public byte[] Open(int member, ReadOnlySpan<byte> datagram)
    {
        Assert.True(TransportHeader.TryDecode(datagram, out TransportHeader header));
        Assert.Equal(0x100u + (uint)member, header.Receiver);
        byte[] plaintext = new byte[datagram.Length - TransportHeader.Length];
        Assert.True(_cipher.TryOpen(Key(member, fromRig: false), header.Counter, default, datagram[TransportHeader.Length..], plaintext));
        return plaintext[..^16];
    }

    /// <summary>Waits until everything sent so far has been dealt with: a frame of the core's is sent and awaited.</summary>
    public FastPathReport Settle()
    {
        byte[] mark = [0x1F, (byte)_counters[1]];
        Send(1, mark);
        while (!RecordingInbox.Take(Inbox.Plaintexts).Plaintext.SequenceEqual(mark))
        {
        }

        return Path.Report;
    }

    public void Dispose()
    {
        Path.Dispose();
        _cipher.Dispose();
        foreach (Socket? socket in _sockets)
        {
            socket?.Dispose();
        }
    }

    private static byte[] Key(int member, bool fromRig) => [.. Enumerable.Range(0, 32).Select(i => (byte)(i + (member * 50) + (fromRig ? 1 : 0)))];
}
