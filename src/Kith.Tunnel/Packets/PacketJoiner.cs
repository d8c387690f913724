using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Kith.Tunnel.Packets;

/// <summary>
/// Joins consecutive packets of one TCP or UDP flow into one large packet that the kernel takes in one go, by the rules of the
/// kernel's own receive offload: nothing is joined that splitting would not give back byte for byte (but for the identification of IPv4
/// packets that may not be fragmented, which splitting counts up). Packets stay where they are; joined ones
/// are told as pieces. Each packet must have <see cref="VirtioHeader.Bytes"/> free bytes before it. Not thread-safe.
/// </summary>
internal unsafe struct PacketJoiner
{
    /// <summary>Most packets in one large one; far below the 1,024 pieces a write takes.</summary>
    public const int PacketCountMax = 64;

    private const int LargeBytesMax = 65535;
    private const byte TcpAcknowledge = 0x10;
    private const byte TcpPush = 0x08;

    private byte* _first;
    private int _transport;
    private int _headers;
    private int _segment;
    private int _total;
    private int _count;
    private uint _nextSequence;
    private ushort _nextIdentification;
    private bool _isTcp;
    private bool _isV6;
    private bool _isComplete;
    private Pieces _pieces;

    /// <summary>How many packets are held; 0 at first and after <see cref="Clear"/>.</summary>
    public readonly int Count => _count;

    /// <summary>The first packet held.</summary>
    public readonly byte* First => _first;

    /// <summary>Bytes of the headers that the packets have in common.</summary>
    public readonly int HeaderBytes => _headers;

    /// <summary>Payload bytes of each packet but the last, which may have less.</summary>
    public readonly int SegmentBytes => _segment;

    /// <summary>Bytes of the large packet, or of the only one.</summary>
    public readonly int TotalBytes => _total;

    /// <summary>Whether the packet may be the first of a large one; if so it is held, and nothing may be held before.</summary>
    public bool TryBegin(byte* packet, in IpPacket ip, bool joinUdp)
    {
        if (!TryReadFlow(packet, ip, joinUdp, out int headers) || (ip.Protocol == IpPacket.Tcp && (packet[ip.HeaderBytes + 13] & TcpPush) != 0))
        {
            return false;
        }

        _first = packet;
        _transport = ip.HeaderBytes;
        _headers = headers;
        _segment = ip.Length - headers;
        _total = ip.Length;
        _count = 1;
        _isTcp = ip.Protocol == IpPacket.Tcp;
        _isV6 = ip.IsV6;
        _isComplete = false;
        _nextSequence = _isTcp ? Sequence(packet) + (uint)_segment : 0;
        _nextIdentification = (ushort)(_isV6 ? 0 : Identification(packet) + 1);
        return true;
    }

    /// <summary>Adds the packet if it continues what is held.</summary>
    public bool TryAppend(byte* packet, in IpPacket ip, bool joinUdp)
    {
        int payload = ip.Length - _headers;
        if (_count is 0 or PacketCountMax || _isComplete || payload <= 0 || payload > _segment || _total + payload > LargeBytesMax
            || ip.IsV6 != _isV6 || ip.Protocol != (_isTcp ? IpPacket.Tcp : IpPacket.Udp)
            || !TryReadFlow(packet, ip, joinUdp, out int headers) || headers != _headers || !SameFlow(packet))
        {
            return false;
        }

        _pieces[_count - 1] = new Piece { Start = packet + _headers, Length = payload };
        _count++;
        _total += payload;
        _nextSequence += (uint)payload;
        _nextIdentification++;
        bool push = _isTcp && (packet[_transport + 13] & TcpPush) != 0;
        if (push)
        {
            _first[_transport + 13] |= TcpPush;
        }

        _isComplete = push || payload < _segment;
        return true;
    }

    /// <summary>
    /// Writes the virtio header before the first packet and, if there are several, makes the first packet's headers those of the large one.
    /// </summary>
    public readonly void WriteHeaders()
    {
        VirtioHeader header = default;
        if (_count > 1)
        {
            int transportBytes = _total - _transport;
            if (_isV6)
            {
                *(ushort*)(_first + 4) = BinaryPrimitives.ReverseEndianness((ushort)(_total - IpPacket.V6HeaderBytes));
            }
            else
            {
                *(ushort*)(_first + 2) = BinaryPrimitives.ReverseEndianness((ushort)_total);
                *(ushort*)(_first + 10) = 0;
                *(ushort*)(_first + 10) = InternetChecksum.Finish(InternetChecksum.Add(0, _first, _transport));
            }

            if (!_isTcp)
            {
                *(ushort*)(_first + _transport + 4) = BinaryPrimitives.ReverseEndianness((ushort)transportBytes);
            }

            int checksumOffset = _isTcp ? 16 : 6;
            *(ushort*)(_first + _transport + checksumOffset) = InternetChecksum.Fold(PseudoHeader(_first, _transport, _isV6, _isTcp, transportBytes));
            header = new VirtioHeader
            {
                Flags = VirtioHeader.NeedsChecksum,
                GsoType = !_isTcp ? VirtioHeader.GsoUdp : _isV6 ? VirtioHeader.GsoTcpV6 : VirtioHeader.GsoTcpV4,
                HeaderLength = (ushort)_headers,
                GsoSize = (ushort)_segment,
                ChecksumStart = (ushort)_transport,
                ChecksumOffset = (ushort)checksumOffset,
            };
        }

        *(VirtioHeader*)(_first - VirtioHeader.Bytes) = header;
    }

    /// <summary>Bytes of the first packet alone: with its header the first piece of the large one.</summary>
    public readonly int FirstBytes => _headers + _segment;

    /// <summary>The payload of the packets behind the first.</summary>
    public readonly (nint Start, int Length) PayloadOf(int index) => ((nint)_pieces[index - 1].Start, _pieces[index - 1].Length);

    /// <summary>Forgets what is held.</summary>
    public void Clear() => _count = 0;

    private static ulong PseudoHeader(byte* packet, int transport, bool isV6, bool isTcp, int length) => isV6
        ? InternetChecksum.PseudoHeader(packet + 8, 32, isTcp ? IpPacket.Tcp : IpPacket.Udp, length)
        : InternetChecksum.PseudoHeader(packet + 12, 8, isTcp ? IpPacket.Tcp : IpPacket.Udp, length);

    private static uint Sequence(byte* packet, int transport) => BinaryPrimitives.ReverseEndianness(*(uint*)(packet + transport + 4));

    private static ushort Identification(byte* packet) => BinaryPrimitives.ReverseEndianness(*(ushort*)(packet + 4));

    // Whether a packet can be part of a large one at all: no IP options, no fragment, data, a whole header, a true checksum.
    private static bool TryReadFlow(byte* packet, in IpPacket ip, bool joinUdp, out int headers)
    {
        headers = 0;
        bool isTcp = ip.Protocol == IpPacket.Tcp;
        if (!isTcp && !(joinUdp && ip.Protocol == IpPacket.Udp))
        {
            return false;
        }

        const ushort moreFragmentsOrReserved = 0x80 | 0x20;
        if (!ip.IsV6 && (ip.HeaderBytes != IpPacket.V4HeaderBytesMin || (packet[6] & moreFragmentsOrReserved) != 0 || packet[7] != 0 || (packet[6] & 0x1F) != 0
            || !InternetChecksum.IsValid(InternetChecksum.Add(0, packet, IpPacket.V4HeaderBytesMin))))
        {
            return false;
        }

        byte* transport = packet + ip.HeaderBytes;
        int transportBytes = ip.Length - ip.HeaderBytes;
        if (isTcp)
        {
            if (transportBytes < 20 || (transport[13] & ~TcpPush) != TcpAcknowledge || (transport[12] & 0xF) != 0)
            {
                return false;
            }

            headers = ip.HeaderBytes + ((transport[12] >> 4) * 4);
            if (headers < ip.HeaderBytes + 20)
            {
                return false;
            }
        }
        else
        {
            if (transportBytes < 8 || *(ushort*)(transport + 6) == 0 || BinaryPrimitives.ReverseEndianness(*(ushort*)(transport + 4)) != transportBytes)
            {
                return false;
            }

            headers = ip.HeaderBytes + 8;
        }

        return ip.Length > headers
            && InternetChecksum.IsValid(InternetChecksum.Add(PseudoHeader(packet, ip.HeaderBytes, ip.IsV6, isTcp, transportBytes), transport, transportBytes));
    }

    private readonly uint Sequence(byte* packet) => Sequence(packet, _transport);

    // Everything that splitting takes from the first packet must be the same, and everything it counts must follow.
    private readonly bool SameFlow(byte* packet)
    {
        byte* a = _first;
        byte* b = packet;
        bool same = _isV6
            ? *(uint*)a == *(uint*)b && *(ushort*)(a + 6) == *(ushort*)(b + 6) && Equal(a + 8, b + 8, 32)
            : *(ushort*)a == *(ushort*)b && *(uint*)(a + 6) == *(uint*)(b + 6) && FollowsIdentification(b) && *(ulong*)(a + 12) == *(ulong*)(b + 12);
        if (!same || *(uint*)(a + _transport) != *(uint*)(b + _transport))
        {
            return false;
        }

        // Flags have been judged already; PSH is the one that may differ.
        return !_isTcp || (Sequence(b) == _nextSequence
            && *(uint*)(a + _transport + 8) == *(uint*)(b + _transport + 8)
            && a[_transport + 12] == b[_transport + 12]
            && *(ushort*)(a + _transport + 14) == *(ushort*)(b + _transport + 14)
            && *(ushort*)(a + _transport + 18) == *(ushort*)(b + _transport + 18)
            && Equal(a + _transport + 20, b + _transport + 20, _headers - _transport - 20));
    }

    // Senders count it up or leave it as it is; where packets may not be fragmented it means nothing (RFC 6864 section 4.1).
    private readonly bool FollowsIdentification(byte* packet)
    {
        ushort identification = Identification(packet);
        bool mayNotFragment = (packet[6] & 0x40) != 0;
        return identification == _nextIdentification || (mayNotFragment && identification == Identification(_first));
    }

    private static bool Equal(byte* a, byte* b, int length) => new ReadOnlySpan<byte>(a, length).SequenceEqual(new ReadOnlySpan<byte>(b, length));

    internal struct Piece
    {
        public byte* Start;
        public int Length;
    }

    [InlineArray(PacketCountMax - 1)]
    internal struct Pieces
    {
        private Piece _first;
    }
}
