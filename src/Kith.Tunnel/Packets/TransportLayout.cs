using System.Buffers.Binary;

namespace Kith.Tunnel.Packets;

/// <summary>The transport data message (WireGuard section 5.4.6): type 4 and three zero bytes, receiver index, counter, sealed packet, tag; all little-endian.</summary>
internal static unsafe class TransportLayout
{
    /// <summary>Bytes before the sealed packet.</summary>
    public const int HeaderBytes = 16;

    /// <summary>Bytes of the tag behind it.</summary>
    public const int TagBytes = 16;

    /// <summary>What sealing adds to a (padded) packet.</summary>
    public const int OverheadBytes = HeaderBytes + TagBytes;

    /// <summary>Packets are padded to a multiple of this, but not beyond the MTU.</summary>
    public const int PaddingBytes = 16;

    private const uint Type = 4;

    /// <summary>Bytes of a packet with its padding.</summary>
    public static int Padded(int length, int mtu) => Math.Max(length, Math.Min((length + PaddingBytes - 1) & -PaddingBytes, mtu));

    /// <summary>Writes the header.</summary>
    public static void WriteHeader(byte* destination, uint receiver, ulong counter)
    {
        if (!BitConverter.IsLittleEndian)
        {
            receiver = BinaryPrimitives.ReverseEndianness(receiver);
            counter = BinaryPrimitives.ReverseEndianness(counter);
        }

        *(uint*)destination = Little(Type);
        *(uint*)(destination + 4) = receiver;
        *(ulong*)(destination + 8) = counter;
    }

    /// <summary>Whether a datagram may be transport data, and for whom.</summary>
    public static bool TryRead(byte* datagram, int length, out uint receiver, out ulong counter)
    {
        if (length < OverheadBytes || *(uint*)datagram != Little(Type))
        {
            receiver = 0;
            counter = 0;
            return false;
        }

        receiver = Little(*(uint*)(datagram + 4));
        counter = BitConverter.IsLittleEndian ? *(ulong*)(datagram + 8) : BinaryPrimitives.ReverseEndianness(*(ulong*)(datagram + 8));
        return true;
    }

    private static uint Little(uint value) => BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
}
