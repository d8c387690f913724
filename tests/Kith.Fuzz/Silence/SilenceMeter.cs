using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Silence;

/// <summary>Hands the attacked node one datagram after the other and counts what comes of each.</summary>
internal sealed class SilenceMeter(SilenceWorld world, bool useDht)
{
    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly InternetEndpoint?[] _paths = world.PathsOfVictim();

    /// <summary>Datagrams handed over.</summary>
    public long Datagrams { get; private set; }

    /// <summary>Answers that nobody was to get.</summary>
    public long Answers { get; set; }

    /// <summary>Cookies, which are allowed under load.</summary>
    public long Cookies { get; private set; }

    /// <summary>Answers of the DHT to well-formed questions, and what it asks of who put one.</summary>
    public long DhtAnswers { get; private set; }

    /// <summary>Bytes of the questions that the DHT answered.</summary>
    public long DhtBytesIn { get; private set; }

    /// <summary>Bytes of its answers.</summary>
    public long DhtBytesOut { get; private set; }

    /// <summary>Packets out of the TUN device.</summary>
    public long TunPackets { get; private set; }

    /// <summary>Events, and what the packet path took for authentic.</summary>
    public long Accepted { get; set; }

    /// <summary>Paths that led elsewhere afterwards.</summary>
    public long PathsMoved { get; private set; }

    /// <summary>What would have to be nothing.</summary>
    public long Sum => Answers + TunPackets + Accepted + PathsMoved;

    /// <summary>Hands over one datagram.</summary>
    public void Handle(in InternetEndpoint source, Span<byte> datagram)
    {
        // Opening writes over the datagram.
        bool isHandshake = TunnelMessage.TypeOf(datagram) is TunnelMessageType.Initiation or TunnelMessageType.Response;
        bool isQuestion = useDht && KrpcMessage.LooksLikeOne(datagram) && KrpcMessage.TryDecode(datagram, out KrpcMessage message) && message.Kind == KrpcKind.Query;
        int length = datagram.Length;
        Datagrams++;
        world.Victim.HandleDatagram(world.Now, source, datagram);
        Drain(source, length, isHandshake, isQuestion);
    }

    /// <summary>Looks where packets for the members go now.</summary>
    public void LookAtPaths()
    {
        InternetEndpoint?[] now = world.PathsOfVictim();
        for (int i = 0; i < now.Length; i++)
        {
            PathsMoved += now[i] == _paths[i] ? 0 : 1;
        }
    }

    private void Drain(in InternetEndpoint source, int length, bool isHandshake, bool isQuestion)
    {
        while (world.Victim.TryGetTransmit(world.Now, _buffer, out NodeTransmit transmit))
        {
            if (transmit.Kind == NodeTransmitKind.Tun)
            {
                TunPackets++;
            }
            else if (isHandshake && transmit.Endpoint == source && transmit.Length == CookieReplyMessage.Length && transmit.Length <= length
                && TunnelMessage.TypeOf(_buffer.AsSpan(0, transmit.Length)) == TunnelMessageType.CookieReply)
            {
                Cookies++;
            }
            else if (isQuestion && transmit.Endpoint == source && KrpcMessage.TryDecode(_buffer.AsSpan(0, transmit.Length), out _))
            {
                DhtAnswers++;
                DhtBytesIn += length;
                DhtBytesOut += transmit.Length;
            }
            else
            {
                Answers++;
            }
        }

        while (world.Victim.TryGetEvent(out _))
        {
            Accepted++;
        }
    }
}
