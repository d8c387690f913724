using System.Buffers.Binary;

namespace Kith.Tunnel.Packets;

/// <summary>
/// Splits what the kernel handed over as one large packet into the packets it stands for (TCP and UDP segmentation offload, as the
/// kernel's own segmentation does it), and completes the checksum of a packet that was handed over without. A plain value over one
/// packet; the packet must outlive it.
/// </summary>
internal readonly unsafe struct PacketSplitter
{
    private const int TcpFlagsOffset = 13;
    private const byte TcpFin = 0x01;
    private const byte TcpPush = 0x08;
    private const byte TcpReduced = 0x80;

    private readonly byte* _packet;
    private readonly int _transport;
    private readonly int _headers;
    private readonly int _payload;
    private readonly int _segment;
    private readonly bool _isV6;
    private readonly bool _isTcp;
    private readonly ulong _addressSum;

    private PacketSplitter(byte* packet, int transport, int headers, int payload, int segment, bool isV6, bool isTcp)
    {
        _packet = packet;
        _transport = transport;
        _headers = headers;
        _payload = payload;
        _segment = segment;
        _isV6 = isV6;
        _isTcp = isTcp;
        _addressSum = isV6 ? InternetChecksum.Add(0, packet + 8, 32) : InternetChecksum.Add(0, packet + 12, 8);
        Count = (payload + segment - 1) / segment;
    }

    /// <summary>How many packets come out.</summary>
    public int Count { get; }

    /// <summary>Bytes of every packet but the last.</summary>
    public int PacketBytes => Math.Min(_segment, _payload) + _headers;

    /// <summary>Reads how a large packet is to be split; false if virtio header and packet contradict each other.</summary>
    public static bool TryParse(in VirtioHeader header, byte* packet, int length, out PacketSplitter splitter)
    {
        splitter = default;
        byte type = (byte)(header.GsoType & ~VirtioHeader.GsoEcn);
        bool isTcp = type is VirtioHeader.GsoTcpV4 or VirtioHeader.GsoTcpV6;
        int transport = header.ChecksumStart;
        if ((!isTcp && type != VirtioHeader.GsoUdp) || header.GsoSize == 0 || length < IpPacket.V4HeaderBytesMin)
        {
            return false;
        }

        bool isV6 = packet[0] >> 4 == 6;
        int transportBytes = isTcp ? 20 : 8;
        if (transport < (isV6 ? IpPacket.V6HeaderBytes : IpPacket.V4HeaderBytesMin) || length < transport + transportBytes
            || (!isV6 && transport != (packet[0] & 0xF) * 4))
        {
            return false;
        }

        if (isTcp)
        {
            transportBytes = (packet[transport + 12] >> 4) * 4;
        }

        int headers = transport + transportBytes;
        if (transportBytes < (isTcp ? 20 : 8) || length <= headers)
        {
            return false;
        }

        splitter = new PacketSplitter(packet, transport, headers, length - headers, header.GsoSize, isV6, isTcp);
        return true;
    }

    /// <summary>Writes the packet number <paramref name="index"/> and returns its bytes, at most <see cref="PacketBytes"/>.</summary>
    public int Write(int index, byte* destination)
    {
        int offset = index * _segment;
        int payload = Math.Min(_segment, _payload - offset);
        int length = _headers + payload;
        Buffer.MemoryCopy(_packet, destination, _headers, _headers);
        WriteIpHeader(index, destination, length);

        byte* transport = destination + _transport;
        ushort* checksum = (ushort*)(transport + (_isTcp ? 16 : 6));
        *checksum = 0;
        if (_isTcp)
        {
            uint sequence = BinaryPrimitives.ReverseEndianness(*(uint*)(transport + 4)) + (uint)offset;
            *(uint*)(transport + 4) = BinaryPrimitives.ReverseEndianness(sequence);
            if (index != Count - 1)
            {
                transport[TcpFlagsOffset] &= unchecked((byte)~(TcpFin | TcpPush));
            }

            if (index != 0)
            {
                transport[TcpFlagsOffset] &= unchecked((byte)~TcpReduced);
            }
        }
        else
        {
            *(ushort*)(transport + 4) = BinaryPrimitives.ReverseEndianness((ushort)(length - _transport));
        }

        uint trailer = (uint)(length - _transport) + (_isTcp ? IpPacket.Tcp : (uint)IpPacket.Udp);
        ulong sum = _addressSum + (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(trailer) : trailer);
        sum = InternetChecksum.Add(sum, transport, _headers - _transport);
        sum = InternetChecksum.CopyAndAdd(sum, _packet + _headers + offset, destination + _headers, payload);
        *checksum = Stored(InternetChecksum.Finish(sum), _isTcp);
        return length;
    }

    /// <summary>Completes the checksum of a packet that is not large; false if the virtio header points outside it.</summary>
    public static bool TryCompleteChecksum(in VirtioHeader header, byte* packet, int length)
    {
        if ((header.Flags & VirtioHeader.NeedsChecksum) == 0)
        {
            return true;
        }

        int field = header.ChecksumStart + header.ChecksumOffset;
        if (field + sizeof(ushort) > length)
        {
            return false;
        }

        // The field already holds the sum of the pseudo header.
        ulong sum = InternetChecksum.Add(0, packet + header.ChecksumStart, length - header.ChecksumStart);
        *(ushort*)(packet + field) = Stored(InternetChecksum.Finish(sum), header.ChecksumOffset != 6);
        return true;
    }

    // In UDP a stored zero means "no checksum", so a zero is stored as its other form (RFC 768).
    private static ushort Stored(ushort checksum, bool isTcp) => checksum == 0 && !isTcp ? (ushort)0xFFFF : checksum;

    private void WriteIpHeader(int index, byte* destination, int length)
    {
        if (_isV6)
        {
            *(ushort*)(destination + 4) = BinaryPrimitives.ReverseEndianness((ushort)(length - IpPacket.V6HeaderBytes));
            return;
        }

        *(ushort*)(destination + 2) = BinaryPrimitives.ReverseEndianness((ushort)length);
        ushort identification = (ushort)(BinaryPrimitives.ReverseEndianness(*(ushort*)(_packet + 4)) + index);
        *(ushort*)(destination + 4) = BinaryPrimitives.ReverseEndianness(identification);
        *(ushort*)(destination + 10) = 0;
        *(ushort*)(destination + 10) = InternetChecksum.Finish(InternetChecksum.Add(0, destination, _transport));
    }
}
