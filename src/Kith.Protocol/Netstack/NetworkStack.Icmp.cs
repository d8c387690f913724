using System.Buffers.Binary;
using Kith.Protocol.Netstack.Icmp;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Netstack.Udp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <content>ICMP: echoes of our own and their answers, errors about what we sent.</content>
public sealed partial class NetworkStack
{
    /// <summary>How many echoes may wait for their answer; one more pushes out the oldest.</summary>
    public const int PendingEchoesMax = 256;

    private const byte EchoRequestV4 = 8;
    private const byte EchoRequestV6 = 128;

    // The MTUs that links have had (RFC 1191 section 7.1), for routers that name none.
    private const int MtuGuess = 576;

    private readonly Dictionary<(InternetAddress Remote, uint Echo), Instant> _pendingEchoes = [];
    private readonly Queue<(InternetAddress Remote, uint Echo)> _pendingEchoOrder = new();

    /// <summary>Sends an echo request (ping). <see cref="StackEventKind.EchoReply"/> follows if it is answered. The same identifier and sequence number may not be pending.</summary>
    /// <returns>False if it is longer than the MTU, still pending, or the queue of packets is full.</returns>
    /// <exception cref="ArgumentException">There is no such local address, or the families differ.</exception>
    public bool SendEcho(Instant now, InternetAddress local, InternetAddress remote, ushort identifier, ushort sequence, ReadOnlySpan<byte> payload)
    {
        local = LocalFor(local, remote);
        uint echo = ((uint)identifier << 16) | sequence;
        int headerBytes = IpWriter.HeaderBytes(local.IsV4) + IcmpMessage.HeaderBytes;
        if (headerBytes + payload.Length > Options.Mtu || _pendingEchoes.ContainsKey((remote, echo)))
        {
            return false;
        }

        Span<byte> header = stackalloc byte[IpWriter.HeaderBytesV6 + IcmpMessage.HeaderBytes];
        int length = IcmpMessage.Write(header, local, remote, local.IsV4 ? EchoRequestV4 : EchoRequestV6, 0, echo, payload);
        if (!Reply(header[..length], payload))
        {
            return false;
        }

        _pendingEchoes.Add((remote, echo), now);
        _pendingEchoOrder.Enqueue((remote, echo));
        while (_pendingEchoOrder.Count > PendingEchoesMax)
        {
            _pendingEchoes.Remove(_pendingEchoOrder.Dequeue());
        }

        return true;
    }

    private bool HandleIcmp(Instant now, in IpPacket ip)
    {
        if (!IcmpMessage.TryDecode(ip, out IcmpMessage message))
        {
            return false;
        }

        if (message.Kind == IcmpKind.EchoReply)
        {
            return HandleEchoReply(now, ip.Source, message);
        }

        return message.IsError && HandleError(now, ip, message);
    }

    private bool HandleEchoReply(Instant now, InternetAddress source, in IcmpMessage message)
    {
        if (!_pendingEchoes.Remove((source, message.Rest), out Instant sent))
        {
            return false;
        }

        Tell(new StackEvent
        {
            Kind = StackEventKind.EchoReply,
            Remote = new InternetEndpoint(source, 0),
            EchoIdentifier = message.Identifier,
            EchoSequence = message.Sequence,
            RoundTrip = now - sent,
        });
        return true;
    }

    // Whoever sends an error must quote enough of our packet to prove that it saw it (RFC 5927 section 4).
    private bool HandleError(Instant now, in IpPacket ip, in IcmpMessage message)
    {
        if (!IpPacket.TryDecodeQuoted(message.Body, out IpPacket quoted) || quoted.IsV4 != ip.IsV4 || quoted.IsFragment || quoted.Payload.Length < 8)
        {
            return false;
        }

        ReadOnlySpan<byte> transport = quoted.Payload;
        ushort localPort = BinaryPrimitives.ReadUInt16BigEndian(transport);
        ushort remotePort = BinaryPrimitives.ReadUInt16BigEndian(transport[2..]);
        if (quoted.Protocol == IpProtocol.Tcp)
        {
            ConnectionKey key = new(quoted.Source, quoted.Destination, localPort, remotePort);
            if (!_connections.TryGetValue(key, out TcpConnection? connection))
            {
                return false;
            }

            uint sequence = BinaryPrimitives.ReadUInt32BigEndian(transport[4..]);
            if (message.Kind == IcmpKind.TooBig)
            {
                int mtu = message.Mtu(ip.IsV4);
                connection.HandleTooBig(now, sequence, mtu == 0 ? MtuGuess : mtu);
            }
            else if (message.Kind == IcmpKind.Unreachable)
            {
                connection.HandleUnreachable(now, sequence);
            }

            return true;
        }

        if (quoted.Protocol == IpProtocol.Udp && FindBinding(quoted.Source, localPort) is { } binding)
        {
            if (message.Kind is IcmpKind.Unreachable or IcmpKind.TooBig)
            {
                binding.NoteUnreachable(new InternetEndpoint(quoted.Destination, remotePort));
                QueueEvents(binding);
            }

            return true;
        }

        return false;
    }
}
