using System.Buffers.Binary;
using Kith.Protocol.Netstack.Ip;

namespace Kith.Protocol.Netstack.Tcp;

/// <summary>Writes whole IP packets that hold one TCP segment.</summary>
internal static class TcpWriter
{
    /// <summary>
    /// Writes the headers in front of <paramref name="payloadBytes"/> bytes, which the caller puts at the returned offset before it calls
    /// <see cref="Finish"/>.
    /// </summary>
    public static int WriteHeaders(Span<byte> packet, in ConnectionKey key, uint sequence, uint acknowledgment, TcpFlags flags, ushort window, in TcpOptions options, int payloadBytes)
    {
        int tcpBytes = TcpSegment.HeaderBytes + options.EncodedBytes;
        int ipBytes = IpWriter.Write(packet, key.Local, key.Remote, IpProtocol.Tcp, tcpBytes + payloadBytes);
        Span<byte> tcp = packet[ipBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, key.LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], key.RemotePort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], acknowledgment);
        tcp[12] = (byte)(tcpBytes / 4 << 4);
        tcp[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], window);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[16..], 0);
        options.Encode(tcp[TcpSegment.HeaderBytes..]);
        return ipBytes + tcpBytes;
    }

    /// <summary>Puts the checksum into a packet that is complete; a partial one sums the pseudo-header alone.</summary>
    public static void Finish(Span<byte> packet, bool partial)
    {
        ulong sum = IpWriter.PseudoHeaderSum(packet, IpProtocol.Tcp);
        int ipBytes = IpWriter.HeaderBytes((packet[0] >> 4) == 4);
        ushort checksum = partial ? InternetChecksum.Fold(sum) : InternetChecksum.Finish(InternetChecksum.Add(sum, packet[ipBytes..]));
        BinaryPrimitives.WriteUInt16BigEndian(packet[(ipBytes + StackPacket.ChecksumOffset)..], checksum);
    }

    /// <summary>Writes a packet without data, complete, and returns its length.</summary>
    public static int WriteControl(Span<byte> packet, in ConnectionKey key, uint sequence, uint acknowledgment, TcpFlags flags, ushort window, in TcpOptions options)
    {
        int length = WriteHeaders(packet, key, sequence, acknowledgment, flags, window, options, 0);
        Finish(packet[..length], partial: false);
        return length;
    }
}
