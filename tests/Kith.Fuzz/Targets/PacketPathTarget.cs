using System.Collections.Frozen;
using System.Reflection;
using Kith.Fuzz.Coverage;
using Kith.Fuzz.Silence;
using Kith.Protocol.Crypto;
using Kith.Protocol.Netstack;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;
using Kith.Tunnel.Packets;
using Kith.Tunnel.Threads;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is what a hostile member says inside its session, to the packet path: the target seals it, and with a first byte of 1 seals it twice, as what another member sent through the first. Nothing is taken in
/// another's name, what is passed on is a relay frame between two others, and what goes to the stack has the member's address.
/// </summary>
[Covers(typeof(TransportLayout), typeof(UdpPump), typeof(RelayReceiver))]
internal sealed class PacketPathTarget : IFuzzTarget, ICoreInbox
{
    private const ulong Self = 9;
    private const int MembersCount = 3;

    private static readonly InternetAddress s_self = InternetAddress.FromBytes([0xFD, .. new byte[14], 9]);
    private readonly ChaChaPoly _cipher = new();
    private readonly byte[] _datagram = new byte[4096];
    private readonly FastPathState _state;
    private readonly SilentSocket _socket;
    private readonly UdpPump _pump;
    private readonly Func<bool> _drive;
    private readonly ulong[] _counters = new ulong[MembersCount + 1];
    private int _waiting;
    private int _taken;

    public PacketPathTarget()
    {
        Dictionary<ulong, RelayMember> members = [];
        Dictionary<uint, TunnelReceiver> receivers = [];
        Dictionary<InternetAddress, TunnelRoute> routes = [];
        for (int number = 1; number <= MembersCount; number++)
        {
            TransportSession session = new((uint)number, 0x100 + (uint)number, Key(number, 0), Key(number, 1), true, default);
            PeerLink link = new(number) { Current = session, Endpoint = EndpointOf(number) };
            receivers[(uint)number] = new TunnelReceiver(link, session);
            members[(ulong)number] = new RelayMember(link, 1, link, 1);
            routes[AddressOf(number)] = new TunnelRoute(link, s_self);
        }

        _socket = new SilentSocket(isV6: false, Next);
        _state = new FastPathState(new FastPathOptions { Clock = static () => new Instant(TimeSpan.TicksPerHour) }, null, new LocalPorts(), this)
        {
            SocketV4 = _socket,
            Snapshot = new TunnelSnapshot(routes.ToFrozenDictionary(), receivers.ToFrozenDictionary(), new RelayTable(Self, members.ToFrozenDictionary(), true) { Budget = RelayBudget.Unlimited }),
        };
        _pump = new UdpPump(_state, _socket);

        // What its thread would do again and again, without the thread.
        _drive = typeof(UdpPump).GetMethod("RunOnce", BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<bool>>(_pump);
    }

    public string Name => "packet-path";

    public int InputBytesMax => 1400;

    public bool AcceptsCorpus => false;

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            byte[] packet = PacketSamples.Make(true, true, 100, 1);
            AddressOf(1).WriteTo(packet.AsSpan(8));
            s_self.WriteTo(packet.AsSpan(24));
            yield return [0, .. packet];
            AddressOf(2).WriteTo(packet.AsSpan(8));
            yield return [1, .. packet];
            yield return [0, 0x10, 1, 2, 3, 4, 5, 6, 7];
            byte[] frame = new byte[RelayFrame.HeaderBytes + 64];
            new RelayFrame(3, 2, 1, new byte[64]).Encode(frame);
            yield return [0, .. frame];
            new RelayFrame(3, Self, 2, new byte[64]).Encode(frame);
            yield return [0, .. frame];
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2)
        {
            return false;
        }

        ReadOnlySpan<byte> plaintext = input[1..];
        if ((input[0] & 1) != 0)
        {
            byte[] inner = new byte[plaintext.Length + TransportHeader.OverheadBytes];
            Seal(2, plaintext, inner);
            byte[] frame = new byte[RelayFrame.HeaderBytes + inner.Length];
            new RelayFrame((byte)(input[0] >> 5), Self, 2, inner).Encode(frame);
            _waiting = Seal(1, frame, _datagram);
        }
        else
        {
            _waiting = Seal(1, plaintext, _datagram);
        }

        _taken = 0;
        long sent = _socket.Sent;
        Oracle.True(_drive(), "the socket was closed");
        Oracle.True(_socket.Sent <= sent + 1, "one packet became several");
        Oracle.True(_socket.Sent == sent || ((input[0] & 1) == 0 && plaintext[0] == 0x13), "something was sent that is no relay frame");
        FuzzTrace.NoteSize(_taken);
        FuzzTrace.Note((int)(_socket.Sent - sent));
        return _taken > 0 || _socket.Sent > sent;
    }

    public void PostDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram) => FuzzTrace.Note(5);

    public void PostPlaintext(PeerLink link, TransportSession session, in InternetEndpoint source, ReadOnlySpan<byte> plaintext)
    {
        _taken++;
        FuzzTrace.Note(plaintext[0]);
        Oracle.True(plaintext[0] >> 4 is not (4 or 6), "a packet was taken for a frame");
    }

    public void PostPackets(PeerLink link, TransportSession session, in InternetEndpoint source, byte[] buffer, int length)
    {
        Span<byte> records = buffer.AsSpan(0, length);
        while (PacketRecords.TryRead(ref records, out Span<byte> bytes, out _, out _))
        {
            _taken++;
            bool isV6 = bytes[0] >> 4 == 6;
            Oracle.True(isV6 && InternetAddress.FromBytes(bytes.Slice(8, 16)) == AddressOf(link.Id) && InternetAddress.FromBytes(bytes.Slice(24, 16)) == s_self, "a packet with another's address");
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
    }

    public void PostTunPacket(ReadOnlySpan<byte> packet) => Oracle.True(false, "a packet came from a device that is not there");

    public void PostTraffic(PeerLink link, TransportSession session, in InternetEndpoint source, bool received) =>
        Oracle.True(received || link.Id != 1, "traffic of somebody who sent nothing");

    private static InternetAddress AddressOf(int member) => InternetAddress.FromBytes([0xFD, .. new byte[14], (byte)member]);

    private static InternetEndpoint EndpointOf(int member) => new(InternetAddress.FromV4(0x0A000000 + (uint)member), 5484);

    private static byte[] Key(int member, int way) => [.. Enumerable.Range(0, 32).Select(i => (byte)(i + (member * 50) + way))];

    private int Seal(int member, ReadOnlySpan<byte> plaintext, Span<byte> datagram)
    {
        ulong counter = _counters[member]++;
        new TransportHeader((uint)member, counter).Encode(datagram);
        _cipher.Seal(Key(member, 1), counter, default, plaintext, datagram[TransportHeader.Length..]);
        return plaintext.Length + TransportHeader.OverheadBytes;
    }

    private bool Next(Span<byte> buffer, out int length, out InternetEndpoint source)
    {
        length = _waiting;
        source = EndpointOf(1);
        _datagram.AsSpan(0, length).CopyTo(buffer);
        _waiting = 0;
        return length > 0;
    }
}
