using System.Buffers.Binary;
using Kith.Fuzz.Coverage;
using Kith.Fuzz.Memory;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Icmp;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Netstack.Udp;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is one IP packet, whose checksums are put right so that mutations get past them: the parsers of IP, TCP, UDP and ICMP, and then a whole stack.</summary>
[Covers(
    typeof(Protocol.Netstack.Ip.IpPacket), typeof(Protocol.Netstack.Icmp.IcmpMessage), typeof(Protocol.Netstack.Udp.UdpDatagram), typeof(Protocol.Netstack.Tcp.TcpSegment),
    typeof(Protocol.Netstack.Tcp.TcpOptions), typeof(Protocol.Netstack.NetworkStack))]
internal sealed class IpPacketTarget : IFuzzTarget
{
    private static readonly InternetAddress s_localV4 = InternetAddress.FromV4(0x0A000001);
    private static readonly InternetAddress s_localV6 = InternetAddress.FromBytes([0xFD, .. new byte[14], 1]);
    private static readonly InternetAddress s_remoteV4 = InternetAddress.FromV4(0x0A000002);
    private static readonly InternetAddress s_remoteV6 = InternetAddress.FromBytes([0xFD, .. new byte[14], 2]);

    private readonly NetworkStack _stack;
    private readonly GuardedMemory _packet = new(4096);
    private readonly byte[] _out = new byte[65536];
    private Instant _now = new(TimeSpan.TicksPerHour);

    public IpPacketTarget()
    {
        _stack = new NetworkStack(new NetworkStackOptions { ConnectionsMax = 16, HalfOpenMax = 8, TimeWaitMax = 8, BufferedBytesMax = 1 << 20 }, new FuzzRandomSource(1), new LocalPorts());
        _stack.AddAddress(s_localV4);
        _stack.AddAddress(s_localV6);
        _stack.Listen(InternetAddress.None, 80, 4);
        _stack.BindUdp(InternetAddress.None, 53);
    }

    public string Name => "netstack-packet";

    public IEnumerable<byte[]> Corpus => Samples();

    public IEnumerable<byte[]> Dictionary => [[0x0A, 0, 0, 1], [0xFD, .. new byte[14], 1], [0, 80], [0, 53], [44, 0], [43, 0], [60, 0], [0, 0]];

    public bool Run(ReadOnlySpan<byte> input)
    {
        Span<byte> packet = _packet.AtEnd(input);
        Repair(packet);
        _now += TimeSpan.FromMilliseconds(50);
        bool accepted = Parse(packet);
        if (!_stack.HandlePacket(_now, packet))
        {
            _stack.Refuse(_now, packet);
        }

        _stack.HandleTimeout(_now);
        int sent = 0;
        while (_stack.TryGetPacket(_now, _out, out StackPacket made))
        {
            Oracle.True(IpPacket.TryDecode(_out.AsSpan(0, made.Length), out _), "the stack sent what it cannot read itself");
            Oracle.True(++sent < 1000, "the stack does not stop sending");
        }

        while (_stack.TryGetEvent(out StackEvent told))
        {
            told.Connection?.Abort(_now);
        }

        Oracle.True(_stack.ConnectionCount <= 16 && _stack.BufferedBytes <= 1 << 20, "the stack grew beyond its maxima");
        return accepted;
    }

    private static bool Parse(ReadOnlySpan<byte> packet)
    {
        IpPacket.TryDecodeQuoted(packet, out _);
        if (!IpPacket.TryDecode(packet, out IpPacket ip))
        {
            return false;
        }

        Oracle.Equal(ip.Whole.Length, ip.HeaderBytes + ip.Payload.Length, "header and payload make up the packet");
        Oracle.True(ip.IsV4 == ip.Source.IsV4 || !ip.IsV4, "the family is the addresses'");
        if (TcpSegment.TryDecode(ip.Payload, out TcpSegment segment))
        {
            byte[] encoded = new byte[128];
            TcpOptions options = segment.Options;
            int length = options.Encode(encoded);
            Oracle.Equal(options.EncodedBytes, length, "bytes of the options");
            TcpOptions.Decode(encoded.AsSpan(0, length), out TcpOptions again);
            byte[] encodedAgain = new byte[128];
            Oracle.Same(encoded.AsSpan(0, length), encodedAgain.AsSpan(0, again.Encode(encodedAgain)), "options read back");
        }

        if (UdpDatagram.TryDecode(ip, out UdpDatagram datagram))
        {
            Oracle.True(datagram.Payload.Length <= ip.Payload.Length - UdpDatagram.HeaderBytes, "a datagram lies within its packet");
        }

        IcmpMessage.TryDecode(ip, out _);
        return true;
    }

    // Puts the checksums right wherever they are, as far as the packet can be made out.
    private static void Repair(Span<byte> packet)
    {
        if (packet.Length >= 20 && packet[0] >> 4 == 4)
        {
            int headerBytes = (packet[0] & 15) * 4;
            if (headerBytes >= 20 && headerBytes <= packet.Length)
            {
                BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
                BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Finish(InternetChecksum.Add(0, packet[..headerBytes])));
            }
        }

        if (!IpPacket.TryDecode(packet, out IpPacket ip))
        {
            return;
        }

        int field = ip.Protocol switch
        {
            IpProtocol.Tcp => 16,
            IpProtocol.Udp => 6,
            IpProtocol.Icmp or IpProtocol.IcmpV6 => 2,
            _ => -1,
        };
        if (field >= 0 && ip.Payload.Length >= field + 2)
        {
            Span<byte> payload = packet[ip.HeaderBytes..ip.Whole.Length];
            BinaryPrimitives.WriteUInt16BigEndian(payload[field..], 0);
            ulong sum = ip.Protocol == IpProtocol.Icmp ? 0 : ip.PseudoHeaderSum();
            BinaryPrimitives.WriteUInt16BigEndian(payload[field..], InternetChecksum.Finish(InternetChecksum.Add(sum, payload)));
        }
    }

    private static IEnumerable<byte[]> Samples()
    {
        byte[] buffer = new byte[2048];
        TcpOptions options = new() { MaximumSegmentSize = 1220, HasWindowScale = true, WindowScale = 7, SackPermitted = true, HasTimestamps = true, TimestampValue = 1 };
        TcpOptions blocks = new() { HasTimestamps = true, TimestampValue = 5, TimestampEcho = 6 };
        blocks.AddBlock(new SackBlock(10, 20));
        blocks.AddBlock(new SackBlock(30, 40));
        foreach ((InternetAddress local, InternetAddress remote) in new[] { (s_localV4, s_remoteV4), (s_localV6, s_remoteV6) })
        {
            ConnectionKey key = new(remote, local, 5000, 80);
            yield return buffer[..TcpWriter.WriteControl(buffer, key, 1, 0, TcpFlags.Syn, 1000, options)];
            yield return buffer[..TcpWriter.WriteControl(buffer, key, 2, 1, TcpFlags.Acknowledge, 1000, blocks)];
            int length = UdpDatagram.Write(buffer, new InternetEndpoint(remote, 9), new InternetEndpoint(local, 53), "datagram"u8);
            yield return [.. buffer[..length], .. "datagram"u8];
            length = IcmpMessage.Write(buffer, remote, local, local.IsV4 ? (byte)8 : (byte)128, 0, 7, "echo"u8);
            yield return [.. buffer[..length], .. "echo"u8];
            byte[] quoted = buffer[..TcpWriter.WriteControl(buffer, new ConnectionKey(local, remote, 80, 5000), 1, 0, TcpFlags.Acknowledge, 1, default)];
            length = IcmpMessage.Write(buffer, remote, local, local.IsV4 ? (byte)3 : (byte)2, local.IsV4 ? (byte)4 : (byte)0, 1280, quoted);
            yield return [.. buffer[..length], .. quoted];
        }

        byte[] plain = buffer[..TcpWriter.WriteControl(buffer, new ConnectionKey(s_remoteV6, s_localV6, 5000, 80), 1, 0, TcpFlags.Syn, 1000, default)];
        byte[] extended = [.. plain[..40], 60, 0, 1, 4, 0, 0, 0, 0, 44, 0, 1, 4, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 1, .. plain[40..]];
        extended[5] += 24;
        yield return extended;
    }
}
