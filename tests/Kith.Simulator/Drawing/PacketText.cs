using System.Buffers.Binary;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Crypto;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Drawing;

/// <summary>Says what a datagram is in a word or two, also what is sealed inside: the world has the sender's keys.</summary>
internal static class PacketText
{
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private const byte IcmpV4 = 1;
    private const byte IcmpV6 = 58;
    private const int V6HeaderBytes = 40;

    /// <summary>Describes a datagram as it leaves.</summary>
    public static string Describe(SimMachine from, ushort port, ReadOnlySpan<byte> datagram) => port == SimMachine.MulticastPort
        ? "mdns"
        : datagram.IsEmpty
        ? "empty"
        : datagram[0] switch
        {
            1 when datagram.Length == 148 => "initiation",
            2 when datagram.Length == 92 => "response",
            3 when datagram.Length == 64 => "cookie",
            4 when datagram.Length == 32 => "keepalive",
            4 when TryOpen(from, datagram, out byte[] plaintext) => DescribeInside(plaintext),
            4 => "data",
            (byte)'d' => "dht",
            _ => "datagram",
        };

    private static bool TryOpen(SimMachine from, ReadOnlySpan<byte> datagram, out byte[] plaintext)
    {
        plaintext = [];
        if (!TransportHeader.TryDecode(datagram, out TransportHeader header) || from.Host is not SimNode node || node.Core.FindSession(header.Receiver) is not { } session)
        {
            return false;
        }

        using ChaChaPoly cipher = new();
        plaintext = new byte[datagram.Length - TransportHeader.OverheadBytes];
        return cipher.TryOpen(session.SendKey, header.Counter, default, datagram[TransportHeader.Length..], plaintext);
    }

    private static string DescribeInside(ReadOnlySpan<byte> plaintext) => plaintext.IsEmpty ? "keepalive" : (plaintext[0] >> 4) switch
    {
        4 => DescribePacket(plaintext[9], plaintext[((plaintext[0] & 15) * 4)..]),
        6 => DescribePacket(plaintext[6], plaintext[V6HeaderBytes..]),
        _ => (FrameType)plaintext[0] switch
        {
            FrameType.PathPing => "ping",
            FrameType.PathPong => "pong",
            FrameType.CallMe => "call-me",
            FrameType.Relay when RelayFrame.TryDecode(plaintext, out RelayFrame relay) => $"relay[{DescribeRelayed(relay)}]",
            FrameType.WitnessAsk => "witness?",
            FrameType.Witness => "witness",
            _ => "frame",
        },
    };

    private static string DescribeRelayed(in RelayFrame relay) => relay.Datagram[0] switch
    {
        1 => "initiation",
        2 => "response",
        3 => "cookie",
        _ => "data",
    };

    private static string DescribePacket(byte protocol, ReadOnlySpan<byte> body) => protocol switch
    {
        Tcp when body.Length >= 20 => DescribeTcp(body),
        Udp => $"udp {BinaryPrimitives.ReadUInt16BigEndian(body[4..])}",
        IcmpV4 or IcmpV6 => "icmp",
        _ => "ip",
    };

    private static string DescribeTcp(ReadOnlySpan<byte> segment)
    {
        TcpFlags flags = (TcpFlags)segment[13];
        bool isControl = BinaryPrimitives.ReadUInt16BigEndian(segment) == ControlConstants.Port || BinaryPrimitives.ReadUInt16BigEndian(segment[2..]) == ControlConstants.Port;
        string kind = flags.HasFlag(TcpFlags.Reset) ? "RST" : flags.HasFlag(TcpFlags.Syn) ? "SYN" : flags.HasFlag(TcpFlags.Fin) ? "FIN" : "";
        int header = (segment[12] >> 4) * 4;
        string payload = segment.Length > header + 15 ? $"{segment.Length - header}" : kind.Length == 0 ? "ACK" : "";
        return string.Join(' ', new[] { isControl ? "control" : "tcp", kind, payload }.Where(part => part.Length > 0));
    }
}
