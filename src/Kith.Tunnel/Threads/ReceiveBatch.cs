using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel.Ciphers;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>Received packets of one session from one source, opened together where they lie. Belongs to one thread.</summary>
internal sealed unsafe class ReceiveBatch
{
    /// <summary>Datagrams need not be long: a batch is cut here and goes on.</summary>
    public const int CountMax = 256;

    private readonly SealedPacket[] _packets = new SealedPacket[CountMax];
    private readonly ulong[] _counters = new ulong[CountMax];
    private readonly bool[] _accepted = new bool[CountMax];

    /// <summary>Whose they are; null for none.</summary>
    public TunnelReceiver? Receiver { get; private set; }

    /// <summary>Where they came from.</summary>
    public InternetEndpoint Source { get; private set; }

    /// <summary>Packets that wait to be opened.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a batch.</summary>
    public void Begin(TunnelReceiver? receiver, in InternetEndpoint source)
    {
        Receiver = receiver;
        Source = source;
        Count = 0;
    }

    /// <summary>Adds a transport packet; there must be room.</summary>
    public void Add(byte* datagram, int length, ulong counter) => _packets[Count++] = new SealedPacket
    {
        Data = datagram + TransportLayout.HeaderBytes,
        Length = length - TransportLayout.OverheadBytes,
        Counter = counter,
    };

    /// <summary>Opens what waits and empties the batch. Returns those that are authentic and new, in their order.</summary>
    public ReadOnlySpan<SealedPacket> Open(PacketCipher cipher, ThreadCounters counters)
    {
        Span<SealedPacket> packets = _packets.AsSpan(0, Count);
        Count = 0;
        TransportSession session = Receiver!.Session;
        cipher.Open(session.ReceiveKey, packets);
        int authentic = 0;
        foreach (ref SealedPacket packet in packets)
        {
            if (packet.IsAuthentic)
            {
                _counters[authentic] = packet.Counter;
                packets[authentic++] = packet;
            }
        }

        session.Accept(_counters.AsSpan(0, authentic), _accepted);
        int fresh = 0;
        for (int i = 0; i < authentic; i++)
        {
            if (_accepted[i])
            {
                packets[fresh++] = packets[i];
            }
        }

        counters.Drop(FastPathDrop.NotAuthentic, packets.Length - authentic);
        counters.Drop(FastPathDrop.Replayed, authentic - fresh);
        return packets[..fresh];
    }
}
