using System.Buffers.Binary;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Icmp;

/// <summary>
/// A view of one received ICMPv4 (RFC 792) or ICMPv6 (RFC 4443) message, with the kinds that both families have in common told apart.
/// </summary>
internal readonly ref struct IcmpMessage
{
    /// <summary>Bytes in front of the body.</summary>
    public const int HeaderBytes = 8;

    private IcmpMessage(IcmpKind kind, uint rest, ReadOnlySpan<byte> body)
    {
        Kind = kind;
        Rest = rest;
        Body = body;
    }

    /// <summary>What it says.</summary>
    public IcmpKind Kind { get; }

    /// <summary>The second 32 bits of the header: identifier and sequence number of an echo, or an MTU.</summary>
    public uint Rest { get; }

    /// <summary>What follows the header: an echo's payload, or the beginning of the packet that an error is about.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>An echo's identifier.</summary>
    public ushort Identifier => (ushort)(Rest >> 16);

    /// <summary>An echo's sequence number.</summary>
    public ushort Sequence => (ushort)Rest;

    /// <summary>Whether it is an error about one of our packets.</summary>
    public bool IsError => Kind is IcmpKind.Unreachable or IcmpKind.TooBig or IcmpKind.TimeExceeded or IcmpKind.OtherError;

    /// <summary>The MTU that a router names; 0 where an old one names none.</summary>
    public int Mtu(bool isV4) => (int)Math.Min(int.MaxValue, isV4 ? Rest & 0xFFFF : Rest);

    /// <summary>Reads a message and verifies its checksum.</summary>
    public static bool TryDecode(in IpPacket ip, out IcmpMessage message)
    {
        message = default;
        ReadOnlySpan<byte> bytes = ip.Payload;
        ulong sum = ip.IsV4 ? 0 : ip.PseudoHeaderSum();
        if (bytes.Length < HeaderBytes || InternetChecksum.Finish(InternetChecksum.Add(sum, bytes)) != 0)
        {
            return false;
        }

        IcmpKind kind = ip.IsV4 ? KindV4(bytes[0], bytes[1]) : KindV6(bytes[0], bytes[1]);
        message = new IcmpMessage(kind, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), bytes[HeaderBytes..]);
        return true;
    }

    /// <summary>Writes a whole IP packet in front of a body and returns the length of what stands before the body.</summary>
    public static int Write(Span<byte> packet, InternetAddress source, InternetAddress destination, byte type, byte code, uint rest, ReadOnlySpan<byte> body)
    {
        byte protocol = source.IsV4 ? IpProtocol.Icmp : IpProtocol.IcmpV6;
        int ipBytes = IpWriter.Write(packet, source, destination, protocol, HeaderBytes + body.Length);
        Span<byte> icmp = packet[ipBytes..];
        icmp[0] = type;
        icmp[1] = code;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(icmp[4..], rest);
        ulong sum = source.IsV4 ? 0 : IpWriter.PseudoHeaderSum(packet.Slice(8, 32), protocol, HeaderBytes + body.Length);
        sum = InternetChecksum.Add(InternetChecksum.Add(sum, icmp[..HeaderBytes]), body);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Finish(sum));
        return ipBytes + HeaderBytes;
    }

    private static IcmpKind KindV4(byte type, byte code) => (type, code) switch
    {
        (0, 0) => IcmpKind.EchoReply,
        (8, 0) => IcmpKind.EchoRequest,
        (3, 4) => IcmpKind.TooBig,
        (3, 2 or 3 or 9 or 10 or 13) => IcmpKind.Unreachable,
        (11, _) => IcmpKind.TimeExceeded,
        (3 or 4 or 5 or 12, _) => IcmpKind.OtherError,
        _ => IcmpKind.Other,
    };

    private static IcmpKind KindV6(byte type, byte code) => (type, code) switch
    {
        (129, 0) => IcmpKind.EchoReply,
        (128, 0) => IcmpKind.EchoRequest,
        (2, _) => IcmpKind.TooBig,
        (1, 1 or 4) => IcmpKind.Unreachable,
        (3, _) => IcmpKind.TimeExceeded,
        ( < 128, _) => IcmpKind.OtherError,
        _ => IcmpKind.Other,
    };
}
