using System.Buffers.Binary;

namespace Kith.Protocol.Netstack.Memory;

/// <summary>A first-in first-out queue of whole packets in one ring of bytes that grows on demand to a maximum. No allocation once grown.</summary>
internal sealed class PacketQueue(int bytesMax, int packetsMax)
{
    private const int LengthBytes = 4;
    private const int InitialBytes = 2048;

    private byte[] _ring = [];
    private int _head;
    private int _used;

    /// <summary>Packets that wait.</summary>
    public int Count { get; private set; }

    /// <summary>The length of the packet in front; 0 when there is none.</summary>
    public int NextLength
    {
        get
        {
            if (Count == 0)
            {
                return 0;
            }

            Span<byte> prefix = stackalloc byte[LengthBytes];
            CopyOut(_head, prefix);
            return BinaryPrimitives.ReadInt32LittleEndian(prefix);
        }
    }

    /// <summary>Appends a packet made of two pieces; false when it does not fit within the maxima.</summary>
    public bool TryEnqueue(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        int needed = LengthBytes + first.Length + second.Length;
        if (Count >= packetsMax || _used + needed > bytesMax)
        {
            return false;
        }

        EnsureRoom(needed);
        Span<byte> prefix = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, first.Length + second.Length);
        CopyIn(prefix);
        CopyIn(first);
        CopyIn(second);
        Count++;
        return true;
    }

    /// <summary>Takes the packet in front. One that does not fit the destination is cut; the full length is returned either way, 0 when empty.</summary>
    public int Dequeue(Span<byte> destination)
    {
        int length = NextLength;
        if (Count == 0)
        {
            return 0;
        }

        CopyOut(Wrap(_head + LengthBytes), destination[..Math.Min(length, destination.Length)]);
        _head = Wrap(_head + LengthBytes + length);
        _used -= LengthBytes + length;
        Count--;
        return length;
    }

    /// <summary>Forgets all packets.</summary>
    public void Clear()
    {
        _head = 0;
        _used = 0;
        Count = 0;
    }

    private int Wrap(int position) => position >= _ring.Length ? position - _ring.Length : position;

    private void CopyIn(ReadOnlySpan<byte> bytes)
    {
        int at = Wrap(_head + _used);
        int count = Math.Min(bytes.Length, _ring.Length - at);
        bytes[..count].CopyTo(_ring.AsSpan(at));
        bytes[count..].CopyTo(_ring);
        _used += bytes.Length;
    }

    private void CopyOut(int at, Span<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _ring.Length - at);
        _ring.AsSpan(at, count).CopyTo(bytes);
        _ring.AsSpan(0, bytes.Length - count).CopyTo(bytes[count..]);
    }

    private void EnsureRoom(int needed)
    {
        if (_used + needed <= _ring.Length)
        {
            return;
        }

        int size = Math.Max(InitialBytes, _ring.Length);
        while (size < _used + needed)
        {
            size *= 2;
        }

        byte[] larger = new byte[size];
        CopyOut(_head, larger.AsSpan(0, _used));
        _ring = larger;
        _head = 0;
    }
}
